/* oracle.c - the naive happens-before model the core is compared with. */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

#include "detector/event.h"

#define POOL_SLAB  ((size_t)1 << 20)
#define LARGE_FREE (64u << 10)

/* What is known of each task: how many of its events. */
struct vector {
    uint32_t hb[TRACE_TASKS];  /* that happen before now */
    uint32_t shb[TRACE_TASKS]; /* or would, if a racing read came after the write it saw */
};

struct past {                  /* one access of one byte */
    const struct vector *seen; /* of a write: what its task knew then; NULL: not kept */
    uint32_t at, pc, locks;
    uint16_t task;
    bool writes, atomic;
    uint32_t taking; /* bit: the lock that the access takes, held or not yet */
};

struct history {
    struct past *past;
    unsigned n, room;
};

struct value { /* one element of a modification order */
    const struct vector *carried;
    uint16_t task;
    bool rmw, heads; /* heads: carries something by release, or by an earlier release fence */
};

struct order {
    struct value *value;
    unsigned n, room;
};

struct held {
    uint32_t lock, mode, pc;
};

struct task {
    struct vector now, fence, pending;
    uint32_t born[TRACE_TASKS]; /* hb at creation */
    struct held held[64];
    unsigned n_held;
    uint32_t last_release; /* the event that released last */
    bool has_fence, exists, begun, ended;
};

struct slab {
    struct slab *next;
    size_t used;
    char bytes[];
};

struct oracle {
    unsigned n;   /* tasks of this trace */
    uint32_t top; /* bytes of memory that it has touched so far */
    uint32_t top_key;
    struct task task[TRACE_TASKS];
    struct vector *key[TRACE_KEYS]; /* NULL: nothing released */
    struct {
        const struct vector *writers, *readers; /* what each kind released; NULL: nothing */
        bool is_held;                           /* exclusively */
        unsigned n_readers;
    } word[TRACE_LOCK_WORDS];
    struct history byte[TRACE_BYTES];
    struct order atomic[TRACE_BYTES];
    uint32_t block[TRACE_BYTES];
    struct slab *pool;
    uint32_t learned[TRACE_TASKS]; /* by the access at work, through racing reads */
    struct rival *rivals;
    size_t n_rivals, rivals_room;
};

/* -- vectors -------------------------------------------------------------------------------- */

static struct vector *vector_copy(struct oracle *o, const struct vector *from) {
    if (!o->pool || o->pool->used + sizeof(struct vector) > POOL_SLAB) {
        struct slab *slab = malloc(sizeof *slab + POOL_SLAB);
        *slab = (struct slab){.next = o->pool};
        o->pool = slab;
    }
    struct vector *v = (struct vector *)(void *)(o->pool->bytes + o->pool->used);
    o->pool->used += sizeof *v;
    memcpy(v->hb, from->hb, o->n * sizeof v->hb[0]);
    memcpy(v->shb, from->shb, o->n * sizeof v->shb[0]);
    return v;
}

static void join_half(const struct oracle *o, uint32_t *to, const uint32_t *from) {
    for (unsigned i = 0; i < o->n; i++) {
        to[i] = to[i] > from[i] ? to[i] : from[i];
    }
}

static void join(const struct oracle *o, struct vector *to, const struct vector *from) {
    if (from) {
        join_half(o, to->hb, from->hb);
        join_half(o, to->shb, from->shb);
    }
}

static void clear(const struct oracle *o, struct vector *v) {
    memset(v->hb, 0, o->n * sizeof v->hb[0]);
    memset(v->shb, 0, o->n * sizeof v->shb[0]);
}

/* What the task publishes now. */
static struct vector *publication(struct oracle *o, unsigned task) {
    o->task[task].last_release = o->task[task].now.hb[task];
    return vector_copy(o, &o->task[task].now);
}

/* -- life ----------------------------------------------------------------------------------- */

struct oracle *oracle_new(void) {
    struct oracle *o = calloc(1, sizeof *o);
    oracle_reset(o, 1);
    return o;
}

static void exists(struct oracle *o, unsigned task) {
    struct task *t = &o->task[task];
    clear(o, &t->now);
    clear(o, &t->pending);
    memset(t->born, 0, o->n * sizeof t->born[0]);
    t->n_held = 0;
    t->last_release = 0;
    t->has_fence = t->ended = t->begun = false;
    t->exists = true;
}

void oracle_reset(struct oracle *o, unsigned n_tasks) {
    for (unsigned i = 0; i < o->top; i++) {
        o->byte[i].n = 0;
        o->atomic[i].n = 0;
        o->block[i] = 0;
    }
    memset(o->key, 0, o->top_key * sizeof o->key[0]);
    o->top = o->top_key = 0;
    memset(o->word, 0, sizeof o->word);
    while (o->pool) {
        struct slab *next = o->pool->next;
        if (!next) {
            o->pool->used = 0;
            break;
        }
        free(o->pool);
        o->pool = next;
    }
    o->n = n_tasks;
    for (unsigned i = 0; i < n_tasks; i++) {
        o->task[i].exists = false;
    }
    exists(o, 0);
    o->task[0].begun = true;
}

static bool lives(const struct oracle *o, unsigned task) {
    return task < o->n && o->task[task].exists && !o->task[task].ended;
}

bool oracle_is_live(const struct oracle *o, unsigned task) {
    return lives(o, task);
}

uint32_t oracle_locks(const struct oracle *o, unsigned task) {
    uint32_t locks = 0;
    for (unsigned i = 0; i < o->task[task].n_held; i++) {
        locks |= 1u << o->task[task].held[i].lock;
    }
    return locks;
}

uint32_t oracle_count(const struct oracle *o, unsigned task) {
    return o->task[task].now.hb[task];
}

bool oracle_knows(const struct oracle *o, unsigned b, unsigned a, uint32_t count) {
    return o->task[b].now.hb[a] >= count;
}

/* A lock is taken by one at a time, or by readers; it may be let go by another task. */
static bool allows_lock(const struct oracle *o, const struct step *s) {
    uint32_t i = (s->where - TRACE_LOCK_AREA) / 16;
    if (i >= TRACE_LOCK_WORDS || s->where % 16 || (s->size != 4 && s->size != 8) ||
        o->task[s->task].n_held > 60) {
        return false;
    }
    bool shared = s->order & EV_LOCK_READ;
    if (s->kind == STEP_TAKE) {
        return !o->word[i].is_held && (shared || o->word[i].n_readers == 0);
    }
    return shared ? o->word[i].n_readers > 0 : o->word[i].is_held;
}

bool oracle_allows(const struct oracle *o, const struct step *s) {
    if (s->kind == STEP_ADOPT) {
        return s->task < o->n && !o->task[s->task].exists;
    }
    if (!lives(o, s->task)) {
        return false;
    }
    if (step_is_about_memory(s) && (s->where >= TRACE_BYTES || s->size > TRACE_BYTES - s->where)) {
        return false;
    }
    if (step_is_atomic(s) && s->where - TRACE_LOCK_AREA < TRACE_LOCK_WORDS * 16) {
        return false;
    }
    switch (s->kind) {
    case STEP_TAKE:
    case STEP_LEAVE:
        return allows_lock(o, s);
    case STEP_GO:
        return s->where < o->n && !o->task[s->where].exists;
    case STEP_MEET:
        return s->where < o->n && s->where != s->task && lives(o, (uint16_t)s->where);
    case STEP_FREE:
        return o->block[s->where] != 0;
    case STEP_BEGIN:
        return !o->task[s->task].begun;
    case STEP_END:
        return s->task != 0;
    case STEP_LOCK:
        return s->where < TRACE_LOCKS && o->task[s->task].n_held < 60;
    case STEP_UNLOCK:
        return s->where < TRACE_LOCKS;
    case STEP_ACQUIRE:
    case STEP_RELEASE:
    case STEP_MERGE:
    case STEP_SWAP:
        return s->where < TRACE_KEYS;
    case STEP_DESTROY:
        return s->where < TRACE_KEYS && s->size <= TRACE_KEYS - s->where;
    default:
        return step_is_about_memory(s) ? s->size > 0 : true;
    }
}

uint32_t oracle_extent(const struct oracle *o, const struct step *s) {
    return s->kind == STEP_FREE ? o->block[s->where] : s->size;
}

/* -- accesses ------------------------------------------------------------------------------- */

static bool races(const struct oracle *o, const struct past *a, const struct past *b) {
    return a->task != b->task && (a->writes || b->writes) && !(a->atomic && b->atomic) &&
           o->task[b->task].now.hb[a->task] < a->at;
}

static void note_rival(struct oracle *o, const struct past *a, const struct past *b,
                       uint32_t byte) {
    if (o->n_rivals == o->rivals_room) {
        o->rivals_room = o->rivals_room ? o->rivals_room * 2 : 64;
        o->rivals = realloc(o->rivals, o->rivals_room * sizeof *o->rivals);
    }
    const struct task *t = &o->task[b->task];
    o->rivals[o->n_rivals++] = (struct rival){.task = a->task,
                                              .pc = a->pc,
                                              .byte = byte,
                                              .locks = a->locks,
                                              .taking = a->taking,
                                              .writes = a->writes,
                                              .atomic = a->atomic,
                                              .follows = t->now.shb[a->task] >= a->at,
                                              .published = o->task[a->task].last_release >= a->at,
                                              .heard = t->now.hb[a->task] > t->born[a->task],
                                              .task_ended = o->task[a->task].ended};
}

/* Judges and adds one byte's access. Returns what the task of the last write knew then, if now races
 * with a write. */
static const struct vector *access_byte(struct oracle *o, uint32_t at, const struct past *now) {
    struct history *h = &o->byte[at];
    const struct vector *seen = NULL;
    bool sees_race = false;
    for (unsigned j = 0; j < h->n; j++) {
        bool race = races(o, &h->past[j], now);
        if (race) {
            note_rival(o, &h->past[j], now, at);
        }
        if (h->past[j].writes) {
            seen = h->past[j].seen;
            sees_race |= race;
        }
    }
    if (h->n == h->room) {
        h->room = h->room ? h->room * 2 : 16;
        h->past = realloc(h->past, h->room * sizeof *h->past);
    }
    h->past[h->n++] = *now;
    return sees_race ? seen : NULL;
}

const struct rival *oracle_rivals(const struct oracle *o, size_t *n) {
    *n = o->n_rivals;
    return o->rivals;
}

/* Whether a large free leaves the byte alone: its 32-byte block was never accessed. */
static bool left_alone(const struct oracle *o, const struct step *s, uint32_t size, uint32_t at) {
    if (s->kind != STEP_FREE || size < LARGE_FREE) {
        return false;
    }
    for (uint32_t i = at / 32 * 32; i < at / 32 * 32 + 32; i++) {
        if (o->byte[i].n) {
            return false;
        }
    }
    return true;
}

static bool access_bytes(struct oracle *o, const struct step *s, uint32_t size, bool writes,
                         bool atomic) {
    struct task *t = &o->task[s->task];
    struct past now = {.at = t->now.hb[s->task],
                       .pc = s->pc,
                       .task = s->task,
                       .locks = oracle_locks(o, s->task),
                       .taking = s->kind == STEP_TAKE
                                     ? 1u << (TRACE_LOCKS + (s->where - TRACE_LOCK_AREA) / 16)
                                     : 0,
                       .writes = writes,
                       .atomic = atomic};
    bool reads = !writes || s->kind == STEP_RMW;
    if (writes && o->n <= ORACLE_FOLLOWS) {
        now.seen = vector_copy(o, &t->now);
    }
    o->top = o->top > s->where + size ? o->top : s->where + size;
    for (uint32_t i = s->where; i < s->where + size; i++) {
        if (left_alone(o, s, size, i)) {
            continue;
        }
        const struct vector *seen = access_byte(o, i, &now);
        if (seen && reads) {
            join_half(o, o->learned, seen->shb);
        }
    }
    join_half(o, t->now.shb, o->learned); /* after all bytes are judged */
    memset(o->learned, 0, o->n * sizeof o->learned[0]);
    return o->n_rivals > 0;
}

static void forget(struct oracle *o, uint32_t where, uint32_t size) {
    for (uint32_t i = where; i < where + size && i < o->top; i++) {
        o->byte[i].n = 0;
        o->atomic[i].n = 0;
    }
    for (uint32_t i = 0; i < TRACE_LOCK_WORDS; i++) { /* the readers' key is 8 bytes on */
        uint32_t at = TRACE_LOCK_AREA + i * 16;
        o->word[i].writers = at - where < size ? NULL : o->word[i].writers;
        o->word[i].readers = at + 8 - where < size ? NULL : o->word[i].readers;
    }
}

/* -- atomics -------------------------------------------------------------------------------- */

static bool acquires(unsigned order) {
    return order == EV_CONSUME || order == EV_ACQUIRE || order == EV_ACQ_REL || order == EV_SEQ_CST;
}

static bool releases(unsigned order) {
    return order == EV_RELEASE || order == EV_ACQ_REL || order == EV_SEQ_CST;
}

/* The last value belongs to the release sequence of value i if all after i are
 * read-modify-writes or stores of the task that made i [C11 5.1.2.4p10]. */
static bool in_sequence_of(const struct order *order, unsigned i) {
    for (unsigned j = i + 1; j < order->n; j++) {
        if (!order->value[j].rmw && order->value[j].task != order->value[i].task) {
            return false;
        }
    }
    return order->value[i].heads;
}

static void read_value(struct oracle *o, const struct step *s) {
    const struct order *order = &o->atomic[s->where];
    struct task *t = &o->task[s->task];
    struct vector *to = acquires(s->order) ? &t->now : &t->pending;
    for (unsigned i = 0; i < order->n; i++) {
        if (in_sequence_of(order, i)) {
            join(o, to, order->value[i].carried);
        }
    }
}

static void write_value(struct oracle *o, const struct step *s) {
    struct order *order = &o->atomic[s->where];
    struct task *t = &o->task[s->task];
    if (order->n == order->room) {
        order->room = order->room ? order->room * 2 : 8;
        order->value = realloc(order->value, order->room * sizeof *order->value);
    }
    struct value *value = &order->value[order->n++];
    *value = (struct value){.task = s->task, .rmw = s->kind == STEP_RMW};
    if (releases(s->order)) {
        value->heads = true;
        value->carried = publication(o, s->task);
    } else if (t->has_fence) {
        value->heads = true;
        value->carried = vector_copy(o, &t->fence);
    }
}

static bool atomic_step(struct oracle *o, const struct step *s) {
    bool writes = s->kind == STEP_STORE || s->kind == STEP_RMW;
    bool found = access_bytes(o, s, s->size, writes, true);
    if (s->kind != STEP_STORE) {
        read_value(o, s);
    }
    if (writes) {
        write_value(o, s);
    }
    return found;
}

static void fence(struct oracle *o, const struct step *s) {
    struct task *t = &o->task[s->task];
    if (acquires(s->order)) {
        join(o, &t->now, &t->pending);
        clear(o, &t->pending);
    }
    if (releases(s->order)) {
        memcpy(&t->fence, &t->now, sizeof t->fence);
        t->has_fence = true;
        t->last_release = t->now.hb[s->task];
    }
}

/* -- edges [HB-M-03] ------------------------------------------------------------------------ */

static void edge(struct oracle *o, const struct step *s) {
    struct vector **x = &o->key[s->where];
    struct vector *v = &o->task[s->task].now;
    o->top_key = o->top_key > s->where + 1 ? o->top_key : s->where + 1;
    if (s->kind == STEP_ACQUIRE) {
        join(o, v, *x);
        return;
    }
    struct vector *old = *x;
    *x = publication(o, s->task);
    if (s->kind == STEP_MERGE) {
        join(o, *x, old);
    } else if (s->kind == STEP_SWAP) { /* what is deposited does not contain what is acquired */
        join(o, v, old);
    }
}

/* An event of both. */
static void meet(struct oracle *o, unsigned a, unsigned b) {
    o->task[b].now.shb[b] = ++o->task[b].now.hb[b];
    struct vector *of_a = publication(o, a);
    join(o, &o->task[b].now, of_a);
    join(o, &o->task[a].now, publication(o, b));
}

static void destroy_keys(struct oracle *o, const struct step *s) {
    for (uint32_t i = s->where; i < s->where + s->size; i++) {
        o->key[i] = NULL;
    }
}

/* -- tasks and locks ------------------------------------------------------------------------ */

static void go(struct oracle *o, const struct step *s) {
    exists(o, s->where);
    struct task *child = &o->task[s->where];
    join(o, &child->now, &o->task[s->task].now);
    memcpy(child->born, child->now.hb, o->n * sizeof child->born[0]);
    o->task[s->task].last_release = o->task[s->task].now.hb[s->task];
    child->begun = s->size == 0; /* else a step `begin` is to follow */
}

/* The child of a fork: the others are not there, and what they did in this memory is over. */
static void fork_child(struct oracle *o, unsigned task) {
    struct vector *now = &o->task[task].now;
    for (unsigned i = 0; i < o->n; i++) {
        if (i != task && o->task[i].exists) {
            o->task[i].ended = true;
            now->hb[i] = now->shb[i] = o->task[i].now.hb[i];
        }
    }
}

static void remove_held(struct task *t, unsigned at) {
    memmove(&t->held[at], &t->held[at + 1], (--t->n_held - at) * sizeof t->held[0]);
}

/* A lock that is taken again was released by somebody else: it stands here once. */
static void take_lock(struct task *t, uint32_t lock, const struct step *s) {
    for (unsigned i = t->n_held; i-- > 0;) {
        const struct held *h = &t->held[i];
        bool both_exclusive = !(h->mode & EV_LOCK_READ) && !(s->order & EV_LOCK_READ);
        if (h->lock == lock && (both_exclusive || (h->mode == s->order && h->pc == s->pc))) {
            remove_held(t, i);
            break;
        }
    }
    t->held[t->n_held++] = (struct held){.lock = lock, .mode = s->order, .pc = s->pc};
}

/* The one of this mode that was taken last, else the one of any mode. */
static void drop_lock(struct task *t, uint32_t lock, const struct step *s) {
    for (int any = 0; any < 2; any++) {
        for (unsigned i = t->n_held; i-- > 0;) {
            if (t->held[i].lock == lock &&
                (any || !((t->held[i].mode ^ s->order) & EV_LOCK_READ))) {
                remove_held(t, i);
                return;
            }
        }
    }
}

static bool take_word(struct oracle *o, const struct step *s) {
    uint32_t i = (s->where - TRACE_LOCK_AREA) / 16;
    struct task *t = &o->task[s->task];
    bool found = access_bytes(o, s, s->size, true, true);
    join(o, &t->now, o->word[i].writers);
    if (s->order & EV_LOCK_READ) {
        o->word[i].n_readers++;
    } else {
        join(o, &t->now, o->word[i].readers);
        o->word[i].is_held = true;
    }
    take_lock(t, TRACE_LOCKS + i, s);
    return found;
}

static bool leave_word(struct oracle *o, const struct step *s) {
    uint32_t i = (s->where - TRACE_LOCK_AREA) / 16;
    bool shared = s->order & EV_LOCK_READ;
    const struct vector **x = shared ? &o->word[i].readers : &o->word[i].writers;
    bool found = access_bytes(o, s, s->size, true, true);
    struct vector *now = publication(o, s->task);
    join(o, now, *x);
    *x = now;
    o->word[i].n_readers -= shared;
    o->word[i].is_held &= shared;
    drop_lock(&o->task[s->task], TRACE_LOCKS + i, s);
    return found;
}

/* -- steps ---------------------------------------------------------------------------------- */

static bool memory_step(struct oracle *o, const struct step *s) {
    switch (s->kind) {
    case STEP_READ:
    case STEP_ATOMIC_READ:
        return access_bytes(o, s, s->size, false, s->kind == STEP_ATOMIC_READ);
    case STEP_WRITE:
    case STEP_ATOMIC_WRITE:
        return access_bytes(o, s, s->size, true, s->kind == STEP_ATOMIC_WRITE);
    case STEP_FREE: {
        uint32_t size = o->block[s->where];
        o->block[s->where] = 0;
        return access_bytes(o, s, size, true, false);
    }
    case STEP_NEW:
        o->top = o->top > s->where + 1 ? o->top : s->where + 1; /* so that reset finds it */
        o->block[s->where] = s->size;
        forget(o, s->where, s->size);
        return false;
    default: /* STEP_FORGET, STEP_BEGIN */
        forget(o, s->where, s->size);
        return false;
    }
}

bool oracle_step(struct oracle *o, const struct step *s) {
    o->n_rivals = 0;
    if (s->kind == STEP_ADOPT) {
        exists(o, s->task);
        o->task[s->task].begun = true;
    }
    struct task *t = &o->task[s->task];
    t->now.shb[s->task] = ++t->now.hb[s->task];
    if (step_is_atomic(s)) {
        return atomic_step(o, s);
    }
    if (s->kind == STEP_TAKE || s->kind == STEP_LEAVE) {
        return s->kind == STEP_TAKE ? take_word(o, s) : leave_word(o, s);
    }
    if (step_is_about_memory(s)) {
        t->begun |= s->kind == STEP_BEGIN;
        return memory_step(o, s);
    }
    switch (s->kind) {
    case STEP_GO:
        go(o, s);
        break;
    case STEP_FENCE:
        fence(o, s);
        break;
    case STEP_LOCK:
        take_lock(t, s->where, s);
        break;
    case STEP_UNLOCK:
        drop_lock(t, s->where, s);
        break;
    case STEP_END:
        t->ended = true;
        break;
    case STEP_FORK:
        fork_child(o, s->task);
        break;
    case STEP_DESTROY:
        destroy_keys(o, s);
        break;
    case STEP_MEET:
        meet(o, s->task, s->where);
        break;
    case STEP_ACQUIRE:
    case STEP_RELEASE:
    case STEP_MERGE:
    case STEP_SWAP:
        edge(o, s);
        break;
    default:
        break;
    }
    return false;
}
