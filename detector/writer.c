/* writer.c - how does a finding get into the findings file? */
#include "detector/writer.h"

#include "detector/calls.h"
#include "detector/detector.h"
#include "detector/state.h"
#include "detector/whose.h"

#define STACK_INNERMOST 1920u /* frames of a deeper stack that are told, */
#define STACK_OUTERMOST 128u  /* with a gap between them */

bool writer_init(void) {
    det.writer.buffer = (uint8_t *)arena_reserve(WRITER_BYTES);
    return det.writer.buffer != NULL;
}

static size_t padded(size_t bytes) {
    return (bytes + 7) & ~(size_t)7;
}

/* -- records -------------------------------------------------------------------------------- */

static void write_test(uint32_t task) {
    char name[TESTS_NAME_BYTES];
    name[0] = 0;
    if (!tests_name_of(task, name, sizeof name) && det.host->test_name) {
        det.host->test_name(name, sizeof name);
    }
    writer_text(ROLE_TEST, name);
}

void writer_begin(enum record_kind kind) {
    spin_lock(&det.writer.lock);
    det.writer.used = sizeof(struct record_head);
    det.writer.whose = 0;
    det.writer.orphans = 0;
    if (det.writer.buffer) {
        *(struct record_head *)det.writer.buffer = (struct record_head){
            .kind = (uint32_t)kind, .pid = det.pid, .time_ns = det.host->realtime_ns()};
    }
}

void writer_begin_finding(enum record_kind kind, uint32_t task) {
    process_describe(); /* a forked child names itself and its modules before its first finding */
    writer_begin(kind);
    write_test(task);
}

/* Reserves, says how long, fills, commits: see findings.h. */
static struct record_head *append(struct findings_file *file, size_t bytes) {
    uint64_t at = atomic_fetch_add_explicit(&file->used, bytes, memory_order_relaxed);
    if (at + bytes > file->capacity) {
        atomic_fetch_add_explicit(&file->lost, 1, memory_order_relaxed);
        limit_raise(LIMIT_RECORDS_LOST);
        return NULL;
    }
    struct record_head *head = (struct record_head *)((uint8_t *)file + at);
    __atomic_store_n(&head->bytes, (uint32_t)bytes, __ATOMIC_RELEASE);
    copy_bytes(&head->kind, det.writer.buffer + offsetof(struct record_head, kind),
               bytes - offsetof(struct record_head, kind));
    atomic_store_explicit(&head->state, RECORD_COMMITTED, memory_order_release);
    return head;
}

struct record_head *writer_end(void) {
    struct record_head *head = NULL;
    uint32_t kind = 0;
    if (det.writer.buffer) {
        kind = ((struct record_head *)det.writer.buffer)->kind;
        head = det.findings ? append(det.findings, det.writer.used) : NULL;
    } else {
        limit_raise(LIMIT_RECORDS_LOST);
    }
    if (kind >= RECORD_RACE && kind != RECORD_TIMEOUT && kind != RECORD_DUMP) {
        det.writer.findings++;
    }
    if (det.writer.used > WRITER_BYTES / 4) { /* rare: give the pages back */
        det.host->discard((uintptr_t)det.writer.buffer, WRITER_BYTES);
    }
    spin_unlock(&det.writer.lock);
    return head;
}

void writer_replace_name(char **name, char *now) {
    spin_lock(&det.writer.lock);
    char *old = *name;
    *name = now;
    spin_unlock(&det.writer.lock);
    arena_free(old, text_bytes(old) + 1);
}

/* -- items ---------------------------------------------------------------------------------- */

/* Room for an item; NULL: none left. */
static void *put_item(enum item_tag tag, enum item_role role, uint16_t flags, size_t bytes) {
    struct writer_state *writer = &det.writer;
    if (!writer->buffer || writer->used + sizeof(struct item_head) + padded(bytes) > WRITER_BYTES) {
        return NULL;
    }
    struct item_head *head = (struct item_head *)(writer->buffer + writer->used);
    *head = (struct item_head){
        .tag = (uint16_t)tag, .role = (uint16_t)role, .flags = flags, .bytes = (uint32_t)bytes};
    zero_bytes((uint8_t *)(head + 1) + (padded(bytes) >= 8 ? padded(bytes) - 8 : 0),
               padded(bytes) >= 8 ? 8 : 0);
    writer->used += sizeof *head + padded(bytes);
    return head + 1;
}

void writer_item(enum item_tag tag, enum item_role role, const void *payload, size_t bytes) {
    void *to = put_item(tag, role, 0, bytes);
    if (to) {
        copy_bytes(to, payload, bytes);
    }
}

void writer_text(enum item_role role, const char *text) {
    if (text && text[0]) {
        writer_item(ITEM_TEXT, role, text, text_bytes(text));
    }
}

void writer_stack(enum item_role role, uint32_t site) {
    if (site == 0) {
        return;
    }
    bool folded;
    size_t n = context_frames(site, 0, NULL, 0, &folded);
    bool whole = n <= STACK_INNERMOST + STACK_OUTERMOST;
    size_t inner = whole ? n : STACK_INNERMOST;
    size_t told = whole ? n : STACK_INNERMOST + 1 + STACK_OUTERMOST;
    uint64_t *pcs = put_item(ITEM_STACK, role, folded ? ITEM_STACK_FOLDED : 0, told * sizeof *pcs);
    if (pcs) {
        context_frames(site, 0, pcs, inner, &folded);
    }
    if (pcs && !whole) {
        pcs[inner] = ITEM_STACK_GAP | (n - STACK_INNERMOST - STACK_OUTERMOST);
        context_frames(site, n - STACK_OUTERMOST, pcs + inner + 1, STACK_OUTERMOST, &folded);
    }
}

void writer_calls(uint32_t number) {
    const struct det_task *t = __atomic_load_n(&task_info(number)->live, __ATOMIC_ACQUIRE);
    uint64_t pcs[CALLS_SEEN];
    size_t n = t ? calls_seen(t, pcs) : 0;
    if (n != 0) {
        writer_item(ITEM_STACK, ROLE_INSIDE, pcs, n * sizeof *pcs);
    }
}

/* What tells people which one it is: its name, or where it was made and in whose memory it lies. */
static void write_origin(const struct object *object, uintptr_t addr) {
    writer_stack(ROLE_CREATED, object->site);
    writer_text(ROLE_NAME, object->name);
    if (!object->name && det.writer.whose < WHOSE_AT_MOST) {
        det.writer.whose++;
        whose_write(ROLE_WHERE, NULL, addr);
    }
}

void writer_lock(const struct held_lock *held) {
    struct object object = {0};
    bool known = object_find(held->lock, &object);
    struct raw_lock raw = {
        .addr = held->lock, .mode = held->mode, .object = known ? 1 + object.kind : 0};
    writer_item(ITEM_LOCK, ROLE_NONE, &raw, sizeof raw);
    writer_stack(ROLE_WHERE, held->site);
    write_origin(&object, held->lock);
    object_release(&object);
}

void writer_locks(uint32_t lockset) {
    for (const struct lockset_node *node = lockset_at(lockset); node;
         node = lockset_at(node->without)) {
        writer_lock(&node->held);
    }
}

static enum raw_task_state state_of(const struct task_info *info) {
    if (info->state == TASK_NEW) {
        return RAW_TASK_NOT_STARTED;
    }
    const struct det_task *live = info->live;
    if (info->state == TASK_ENDED || !live || live->wait.over) {
        return RAW_TASK_FINISHED;
    }
    return live->wait.active ? RAW_TASK_WAITING : RAW_TASK_RUNNING;
}

static void write_task(enum item_role role, uint32_t number, uint32_t count,
                       enum raw_task_state state) {
    const struct task_info *info = task_info_now(number);
    struct raw_task raw = {
        .serial = info->serial,
        .id = info->user_id,
        .parent = info->parent_serial,
        .parent_id = info->parent_id,
        .kind = info->kind,
        .state = (uint32_t)state,
        .daemon = info->daemon,
        .count = count,
        .age_ns = det.host->monotonic_ns() - info->created_ns,
    };
    writer_item(ITEM_TASK, role, &raw, sizeof raw);
    writer_stack(ROLE_CREATED, info->created_site);
    writer_text(ROLE_NAME, info->name);
}

void writer_task(uint32_t number, uint32_t count) {
    writer_task_as(ROLE_NONE, number, count);
}

void writer_task_as(enum item_role role, uint32_t number, uint32_t count) {
    write_task(role, number, count, state_of(task_info_now(number)));
}

void writer_task_found(uint32_t number, uint32_t count, enum raw_task_state state) {
    bool is_new = state == RAW_TASK_RUNNING && task_info_now(number)->state == TASK_NEW;
    write_task(ROLE_NONE, number, count, is_new ? RAW_TASK_NOT_STARTED : state);
}

void writer_task_gone(uint64_t serial, uint64_t user_id, uint32_t kind, enum raw_task_state state) {
    struct raw_task raw = {
        .serial = serial, .id = user_id, .kind = kind, .state = (uint32_t)state, .count = 1};
    writer_item(ITEM_TASK, ROLE_NONE, &raw, sizeof raw);
}

static bool is_ancestor(uint32_t ancestor, uint32_t task) {
    for (uint32_t i = 0; task && i < TASK_FAMILY_AT_MOST; i++) {
        task = task_info(task)->parent;
        if (task == ancestor) {
            return task != 0;
        }
    }
    return false;
}

void writer_families(uint32_t a, uint32_t b) {
    uint32_t at = task_info(a)->parent;
    for (uint32_t i = 0; at && i < TASK_FAMILY_AT_MOST; i++, at = task_info(at)->parent) {
        if (at != b) {
            writer_task(at, 1);
        }
    }
    at = b ? task_info(b)->parent : 0;
    for (uint32_t i = 0; at && i < TASK_FAMILY_AT_MOST; i++, at = task_info(at)->parent) {
        if (at != a && !is_ancestor(at, a)) {
            writer_task(at, 1);
        }
    }
}

static void write_object(const struct object *object) {
    struct raw_object raw = {.addr = object->addr, .size = object->size, .kind = object->kind};
    writer_item(ITEM_OBJECT, ROLE_NONE, &raw, sizeof raw);
    write_origin(object, object->addr);
}

void writer_object(uintptr_t addr) {
    struct object object;
    if (object_find(addr, &object)) {
        write_object(&object);
        object_release(&object);
    }
}

void writer_object_as(uintptr_t addr, enum ev_object_kind kind) {
    struct object object = {0};
    if (!object_find(addr, &object)) {
        object = (struct object){.addr = addr, .kind = kind};
    }
    write_object(&object);
    object_release(&object);
}

/* Many a lock needs no call to be made: only where it lies is known then. A thread that is waited for is no object. */
static void write_waited_for(enum ev_wait_kind kind, uintptr_t addr) {
    struct object object = {0};
    bool known = object_find(addr, &object);
    if (!known) {
        object = (struct object){.addr = addr, .kind = RAW_OBJECT_UNKNOWN};
    }
    bool lies_somewhere = addr != 0 && kind != EV_WAIT_PTHREAD_JOIN;
    if (known || (lies_somewhere && det.writer.whose < WHOSE_AT_MOST)) {
        write_object(&object);
    }
    object_release(&object);
}

/* Channels have no record of their own: each operation reads the object, which the shadow remembers. Of several who
 * are not ordered it knows the one that came last, and not where. */
static uint64_t last_at_other_side(const struct task_wait *wait) {
    struct object object;
    uintptr_t at =
        wait->objects[0] + (wait->kind == EV_WAIT_CHAN_SEND ? EV_CHAN_OTHERS : EV_CHAN_SENDS);
    bool is_of_chan = wait->kind == EV_WAIT_CHAN_SEND || wait->kind == EV_WAIT_CHAN_RECEIVE;
    if (!is_of_chan || !object_find(wait->objects[0], &object)) {
        return 0;
    }
    bool is_chan = object.kind == EV_OBJECT_CHAN && object.addr == wait->objects[0];
    object_release(&object);
    const uint64_t *block = is_chan ? shadow_touched_block(shadow_first(at)) : NULL;
    uint64_t word = block ? load_relaxed(&block[SHADOW_READS + hot_place(at)]) : 0;
    return record_is_locked(word) || record_is_wide(word) ? 0 : word;
}

static void write_last(const struct task_wait *wait) {
    uint64_t word = last_at_other_side(wait);
    uint32_t number = word ? segment_at(record_segment(word))->task : 0;
    if (number == 0) {
        return;
    }
    const struct task_info *info = task_info_now(number);
    struct raw_last raw = {.serial = info->serial,
                           .id = info->user_id,
                           .kind = info->kind,
                           .ended = state_of(info) == RAW_TASK_FINISHED};
    writer_item(ITEM_LAST, ROLE_NONE, &raw, sizeof raw);
    writer_stack(ROLE_WHERE, record_is_shared(word) ? 0 : record_site(word));
}

void writer_wait(const struct task_wait *wait) {
    int64_t now = det.host->monotonic_ns();
    struct raw_wait raw = {
        .kind = wait->kind,
        .n_objects = wait->n_objects,
        .waiting_ns = now - wait->since_ns,
        .deadline_in_ns = wait->deadline_ns ? wait->deadline_ns - now : 0,
        .waker = wait->waker ? task_info(wait->waker)->serial : 0,
        .unserved = wait->unserved,
        .endless = wait->endless,
    };
    if (raw.deadline_in_ns < 0) {
        raw.deadline_in_ns = 1; /* due: not the same as none */
    }
    raw.cut_off = wait->cut_off;
    for (uint32_t i = 0; i < EV_WAIT_OBJECTS_KEPT; i++) {
        raw.objects[i] = wait->objects[i];
    }
    writer_item(ITEM_WAIT, ROLE_NONE, &raw, sizeof raw);
    writer_stack(ROLE_WHERE, wait->site);
    for (uint32_t i = 0; i < EV_WAIT_OBJECTS_KEPT && i < wait->n_objects; i++) {
        write_waited_for(wait->kind, wait->objects[i]);
    }
    write_last(wait);
}
