/* misuse.c - is this operation wrong by itself, whatever else happens? */
#include "detector/misuse.h"

#include "detector/core.h"
#include "detector/state.h"
#include "detector/sync.h"

#define NOTHING_WRONG UINT32_MAX

/* Somebody who holds the object, or waits at it. number 0: nobody known. */
struct other {
    uint32_t number;
    struct held_lock held; /* lock 0: it only waits */
};

/* -- the rules ------------------------------------------------------------------------------ */

static bool ended_with(const struct det_use *use) {
    struct orphan orphan;
    uintptr_t lock = use->with ? use->with : use->object;
    return orphan_find(lock, &orphan) && orphan.kind != EV_TASK_GOROUTINE &&
           orphan.thread == use->holder;
}

/* Another thread holds it, of this process, not of one that this was forked from. */
static bool is_anothers(const struct det_use *use) {
    return use->locked && use->holder != use->thread && (use->holder_lives || ended_with(use));
}

/* Its holder is known, if it is the one that asks. */
static bool is_held(const struct det_use *use) {
    return use->locked && (use->holder == use->thread || use->unnamed || is_anothers(use));
}

static uint32_t judge_unlock(const struct det_use *use) {
    if (!use->locked) {
        return MISUSE_UNLOCK_UNLOCKED;
    }
    return is_anothers(use) ? (uint32_t)MISUSE_UNLOCK_BY_ANOTHER : NOTHING_WRONG;
}

static uint32_t judge_locked(const struct det_use *use) {
    switch (use->deed) {
    case DEED_DESTROY:
        return MISUSE_DESTROY_LOCKED;
    case DEED_INIT:
        return MISUSE_INIT_LOCKED;
    case DEED_FREE:
        return MISUSE_FREE_LOCKED;
    case DEED_END:
        return MISUSE_END_LOCKED;
    default:
        return NOTHING_WRONG;
    }
}

static uint32_t judge_awaited(const struct det_use *use) {
    switch (use->deed) {
    case DEED_WAIT:
        return MISUSE_WAIT_WITH_TWO;
    case DEED_FREE:
        return MISUSE_FREE_AWAITED;
    default:
        return MISUSE_DESTROY_AWAITED;
    }
}

static uint32_t judge(const struct det_use *use) {
    if (use->deed >= DEED_CALL_MALLOC) {
        return MISUSE_UNSAFE_IN_HANDLER;
    }
    if (use->kind == EV_OBJECT_BARRIER && use->deed == DEED_INIT) {
        return MISUSE_BARRIER_OF_NONE;
    }
    if (use->kind == EV_OBJECT_THREAD) {
        return use->joined ? MISUSE_JOIN_JOINED : MISUSE_JOIN_DETACHED;
    }
    if (use->destroyed && use->deed != DEED_INIT) {
        return MISUSE_USE_AFTER_DESTROY;
    }
    if (use->deed == DEED_UNLOCK) {
        return judge_unlock(use);
    }
    if (use->waiter) {
        return judge_awaited(use);
    }
    if (use->deed == DEED_WAIT) {
        return !use->locked || is_anothers(use) ? (uint32_t)MISUSE_WAIT_UNLOCKED : NOTHING_WRONG;
    }
    return is_held(use) ? judge_locked(use) : NOTHING_WRONG;
}

/* -- who holds it --------------------------------------------------------------------------- */

static struct other find_waiter(const struct det_use *use) {
    struct other other = {0};
    for (uint32_t i = 1; i <= task_count() && !other.number; i++) {
        const struct det_task *live = __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE);
        bool is_it = live && live->wait.thread == use->waiter && live->wait.active;
        other.number = is_it ? i : 0;
    }
    return other;
}

/* A task that holds it, but t, which may be NULL; or one that has ended with it. Of one that is in the parent
 * nothing is said: its child can only make the lock anew. */
static struct other find_other_holder(const struct det_task *t, uintptr_t lock) {
    struct other other = {0};
    struct orphan orphan;
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *live = __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE);
        if (live && live != t && lockset_seen(&live->held, lock, &other.held) &&
            !sync_has_lost(i, lock, other.held.mode)) {
            other.number = i;
            return other;
        }
    }
    other.held = (struct held_lock){0};
    if (orphan_find(lock, &orphan) && !orphan.in_parent &&
        task_info(orphan.task)->serial == orphan.serial) {
        other.number = orphan.task;
        other.held = (struct held_lock){.lock = lock, .mode = orphan.mode, .site = orphan.site};
    }
    return other;
}

static struct other find_holder(const struct det_task *t, const struct det_use *use) {
    uintptr_t lock = use->with ? use->with : use->object;
    struct other other = {0};
    if (use->waiter || use->kind == EV_OBJECT_THREAD || use->object == 0) {
        return use->waiter ? find_waiter(use) : other;
    }
    if (use->holder == use->thread || (use->unnamed && lockset_seen(&t->held, lock, &other.held))) {
        other.number = t->id;
        (void)lockset_seen(&t->held, lock, &other.held);
        return other;
    }
    return find_other_holder(t, lock);
}

/* -- the report ----------------------------------------------------------------------------- */

/* Whether it is the first of its kind at its place. */
static bool is_news(uint32_t what, uint32_t site) {
    uint64_t key = mix64((uint64_t)what << 32 | site) | 1;
    struct misuse_state *state = &det.misuses;
    uint64_t *place = &state->told[key % MISUSE_TOLD];
    bool news = __atomic_exchange_n(place, key, __ATOMIC_RELAXED) != key;
    if (!news) {
        limit_raise(LIMIT_DUPLICATES);
    }
    return news;
}

static void write_object(uintptr_t addr, enum ev_object_kind kind) {
    if (kind == EV_OBJECT_THREAD) { /* a name, no place */
        struct raw_object raw = {.addr = addr, .kind = (uint32_t)kind};
        writer_item(ITEM_OBJECT, ROLE_NONE, &raw, sizeof raw);
    } else {
        writer_object_as(addr, kind);
    }
}

static void report(const struct det_task *t, uint32_t what, uint32_t site,
                   const struct det_use *use, const struct other *other) {
    struct raw_misuse raw = {
        .what = what,
        .deed = (uint32_t)use->deed,
        .refused = use->refused,
        .lucky = use->lucky,
        .task = task_info(t->id)->serial,
        .holder = other->number ? task_info(other->number)->serial : 0,
    };
    writer_begin_finding(RECORD_MISUSE, t->id);
    writer_item(ITEM_MISUSE, ROLE_NONE, &raw, sizeof raw);
    writer_stack(ROLE_WHERE, site);
    if (use->object) {
        write_object(use->object, use->kind);
    }
    if (use->with) {
        write_object(use->with, what == MISUSE_COPY_IN_USE ? use->kind : EV_OBJECT_MUTEX);
    }
    writer_task(t->id, 1);
    if (other->number && other->number != t->id) {
        writer_task(other->number, 1);
    }
    if (other->held.lock) {
        writer_lock(&other->held);
    }
    writer_families(t->id, other->number);
    writer_end();
}

/* Whoever made it has left it to the end of the process. */
static void report_context(const struct object *object) {
    uint32_t what =
        object->kind == EV_OBJECT_ERRGROUP ? MISUSE_NEVER_FREED : MISUSE_NEVER_CANCELLED;
    if (!is_news(what, object->site)) {
        return;
    }
    struct raw_misuse raw = {.what = what};
    writer_begin_finding(RECORD_MISUSE, 0);
    writer_item(ITEM_MISUSE, ROLE_NONE, &raw, sizeof raw);
    writer_stack(ROLE_WHERE, object->site);
    writer_object(object->addr);
    writer_end();
}

void misuse_contexts(void) {
    object_each(EV_OBJECT_CONTEXT, report_context);
    object_each(EV_OBJECT_ERRGROUP, report_context);
}

/* Whether somebody was told to hold it: what lies where an object is to be made may be anything. */
static bool is_likely(uint32_t what, const struct det_use *use, const struct other *other) {
    bool recorded = other->held.lock != 0, by_itself = what != MISUSE_INIT_LOCKED && !use->unnamed;
    return what != NOTHING_WRONG && (recorded || by_itself);
}

/* Who ends is nowhere: it should have let go after it had taken it. */
static uint32_t site_of(struct det_task *t, const struct det_use *use, const struct other *other) {
    return use->deed == DEED_END ? other->held.site : context_site(t, use->pc, EV_READ, 0);
}

void det_use(struct det_task *t, const struct det_use *use) {
    if (!t || !task_enter(t)) {
        return;
    }
    uint32_t what = judge(use);
    struct other other = what != NOTHING_WRONG ? find_holder(t, use) : (struct other){0};
    if (is_likely(what, use, &other)) {
        uint32_t site = site_of(t, use, &other);
        if (is_news(what, site)) {
            report(t, what, site, use, &other);
        }
    }
    task_leave(t);
}

/* -- copies --------------------------------------------------------------------------------- */

static bool is_known(uintptr_t key) {
    struct sync *x = sync_open(key);
    sync_close(x);
    return x != NULL;
}

/* Whether the original is one: somebody holds it, or has used it, or it says so itself. */
static bool is_original(const struct ev_copy *copy, const struct other *holder) {
    uintptr_t kept = 0;
    if (holder->number || is_known(copy->original)) {
        return true;
    }
    return copy->keeps && det.host->peek && det.host->peek(copy->keeps, &kept, sizeof kept) &&
           kept == copy->original;
}

static void tell_copy(struct det_task *t, const struct ev_copy *copy, const struct other *holder) {
    static const uint8_t deeds[] = {[EV_USE_LOCK] = DEED_LOCK,
                                    [EV_USE_UNLOCK] = DEED_UNLOCK,
                                    [EV_USE_ADD] = DEED_ADD,
                                    [EV_USE_DONE] = DEED_DONE,
                                    [EV_USE_WAIT] = DEED_WAIT};
    struct det_use use = {.deed = (enum findings_deed)deeds[copy->use],
                          .kind = copy->kind,
                          .object = copy->object,
                          .with = copy->original};
    uint32_t site = context_site(t, copy->pc, EV_READ, 0);
    if (is_news(MISUSE_COPY_IN_USE, site)) {
        report(t, MISUSE_COPY_IN_USE, site, &use, holder);
    }
}

void det_copy_used(struct det_task *t, const struct ev_copy *copy) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct other holder = find_other_holder(NULL, copy->original);
    if (is_original(copy, &holder)) {
        tell_copy(t, copy, &holder);
    }
    task_leave(t);
}

/* The set of locks that t held when it, the last one there, wrote the bytes at addr as plain data; 0: it did not. */
static uint32_t written_with(const struct det_task *t, uintptr_t addr) {
    const uint64_t *block = shadow_touched_block(shadow_first(addr));
    uint64_t rec = block ? load_relaxed(block + SHADOW_WRITES + hot_place(addr)) : 0;
    uint32_t bytes = record_mask(rec);
    if (rec == 0 || record_is_shared(rec) || record_is_atomic(rec) || bytes != RECORD_ALL ||
        segment_at(record_segment(rec))->task != t->id) {
        return 0;
    }
    uint32_t bits = context_access(context_part(record_site(rec), &bytes));
    return (bits & (EV_SYNC | EV_FREE)) == 0 ? segment_at(record_segment(rec))->lockset : 0;
}

/* Whether both say the same of who holds them, how often, and what they are. */
static bool are_alike(uintptr_t a, uintptr_t b) {
    uint32_t of_a[MISUSE_MUTEX_WORDS], of_b[MISUSE_MUTEX_WORDS];
    size_t n = sizeof of_a;
    if (!det.host->peek || !det.host->peek(a + MISUSE_MUTEX_SAYS, of_a, n) ||
        !det.host->peek(b + MISUSE_MUTEX_SAYS, of_b, n)) {
        return false;
    }
    bool alike = true;
    for (size_t i = 0; i < MISUSE_MUTEX_WORDS; i++) {
        alike &= of_a[i] == of_b[i];
    }
    return alike;
}

void misuse_of_unseen(struct det_task *t, uintptr_t lock, enum ev_use use, uintptr_t pc) {
    struct held_lock held;
    uint32_t with = lockset_seen(&t->held, lock, &held) ? 0 : written_with(t, lock);
    for (; with; with = lockset_at(with)->without) {
        uintptr_t original = lockset_at(with)->held.lock;
        bool is_mutex = (lockset_at(with)->held.mode & EV_LOCK_IS_MUTEX) != 0 && original != lock;
        if (is_mutex && lockset_seen(&t->held, original, &held) && are_alike(lock, original)) {
            struct ev_copy copy = {.object = lock,
                                   .original = original,
                                   .kind = EV_OBJECT_MUTEX,
                                   .use = use,
                                   .pc = pc};
            tell_copy(t, &copy, &(struct other){.number = t->id, .held = held});
            return;
        }
    }
}

void det_own_lock_waits(struct det_task *t, uintptr_t lock, uintptr_t pc) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct sync *x = sync_open(lock);
    sync_close(x);
    if (!x) {
        misuse_of_unseen(t, lock, EV_USE_LOCK, pc);
    }
    task_leave(t);
}

uint32_t det_waits_at(const struct det_task *t, uintptr_t object, uintptr_t but_with) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *live = __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE);
        const struct task_wait *w = live && live != t ? &live->wait : NULL;
        if (w && __atomic_load_n(&w->active, __ATOMIC_ACQUIRE) && w->endless &&
            w->objects[0] == object && (but_with == 0 || w->with != but_with)) {
            return w->thread;
        }
    }
    return 0;
}

bool det_waits_with_other(uintptr_t cond, uintptr_t mutex) {
    uint64_t hash = mix64(cond);
    uint64_t now = (hash & ~(uint64_t)UINT32_MAX) | (uint32_t)mix64(mutex);
    uint64_t last =
        __atomic_exchange_n(&det.misuses.waited[hash % MISUSE_CONDS], now, __ATOMIC_ACQ_REL);
    return last >> 32 == now >> 32 && last != now;
}

/* -- objects that were destroyed ------------------------------------------------------------ */

static uintptr_t *gone_at(uintptr_t line) {
    return &det.misuses.gone[mix64(line) % MISUSE_GONE];
}

void det_destroyed(uintptr_t object) {
    __atomic_store_n(&det.misuses.any_gone, true, __ATOMIC_RELAXED);
    __atomic_store_n(gone_at(object / MISUSE_LINE), object, __ATOMIC_RELAXED);
}

bool det_was_destroyed(uintptr_t object) {
    return __atomic_load_n(&det.misuses.any_gone, __ATOMIC_RELAXED) &&
           __atomic_load_n(gone_at(object / MISUSE_LINE), __ATOMIC_RELAXED) == object;
}

/* Relaxed, here and below: who makes and who uses it are ordered, or race. */
void det_made(uintptr_t object) {
    if (det_was_destroyed(object)) {
        __atomic_store_n(gone_at(object / MISUSE_LINE), 0, __ATOMIC_RELAXED);
    }
}

void misuse_forget(uintptr_t addr, size_t size) {
    if (!__atomic_load_n(&det.misuses.any_gone, __ATOMIC_RELAXED)) {
        return;
    }
    uintptr_t line = addr / MISUSE_LINE, end = (addr + size + MISUSE_LINE - 1) / MISUSE_LINE;
    for (size_t n = 0; line + n < end && n < MISUSE_GONE; n++) {
        uintptr_t *place =
            end - line < MISUSE_GONE ? gone_at(line + n) : &det.misuses.gone[n]; /* each, once */
        if (__atomic_load_n(place, __ATOMIC_RELAXED) - addr < size) {
            __atomic_store_n(place, 0, __ATOMIC_RELAXED);
        }
    }
}

bool det_is_made_as(enum ev_object_kind kind, uintptr_t addr) {
    return object_is(addr, kind);
}

uint32_t det_waits_within(const struct det_task *t, uintptr_t addr, size_t size, uintptr_t *object,
                          uint32_t *kind) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *live = __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE);
        const struct task_wait *w = live && live != t ? &live->wait : NULL;
        if (w && __atomic_load_n(&w->active, __ATOMIC_ACQUIRE) && w->placed &&
            w->objects[0] - addr < size) {
            *object = w->objects[0];
            *kind = w->kind;
            return w->thread;
        }
    }
    return 0;
}

bool det_may_be_used(const struct det_task *t) {
    return t && (t->held.n != 0 || __atomic_load_n(&det.waits.placed, __ATOMIC_RELAXED) != 0);
}

uint32_t det_holds(const struct det_task *t, uint32_t from, uintptr_t addr, size_t size,
                   uintptr_t *lock, uint32_t *mode) {
    const uint32_t systems = EV_LOCK_IS_MUTEX | EV_LOCK_IS_RWLOCK | EV_LOCK_IS_SPIN;
    for (uint32_t i = from; t && i < t->held.n; i++) {
        const struct held_lock *held = &t->held.lock[i];
        if ((held->mode & systems) != 0 && held->lock - addr < size) {
            *lock = held->lock;
            *mode = held->mode;
            return i + 1;
        }
    }
    return 0;
}
