/* lock.c - what does taking a lock and letting it go mean, told as one event each?
 *
 * The same as an access, an acquire (or release_merge) and the fact, one after the other; touch.h says
 * why in another order. The lock's own record is told as made while holding it, so that all of a
 * critical section is one segment.
 */
#include "detector/core.h"
#include "detector/state.h"
#include "detector/touch.h"

static void begin_touch(struct touch *touch, const struct ev_lock *lock) {
    touch_begin(touch, lock->lock, lock->size, EV_WRITE | EV_ATOMIC | EV_SYNC, lock->pc);
}

static bool is_exclusive(const struct ev_lock *lock) {
    return (lock->mode & EV_LOCK_READ) == 0;
}

/* -- taking --------------------------------------------------------------------------------- */

static void hold(struct det_task *t, const struct ev_lock *lock, const struct touch *touch) {
    uint32_t site = context_site(t, lock->pc, touch->bits, lock->size); /* as its record's */
    lockset_add(&t->held, (struct held_lock){.lock = lock->lock, .mode = lock->mode, .site = site});
    orphan_no_more(lock->lock);
    task_new_segment(t);
    alone_end();
}

static void take_readers(struct det_task *t, const struct ev_lock *lock) {
    if (lock->readers && is_exclusive(lock)) {
        struct sync *x = sync_open(lock->readers);
        if (must_is_on() && x) {
            must_take_shared(t, x, lock->lock);
        }
        sync_take(t, x);
        sync_close(x);
    }
}

static void must_take_lock(struct det_task *t, struct sync *x, const struct ev_lock *lock) {
    if (is_exclusive(lock)) {
        must_take(t, x);
    } else {
        must_take_shared(t, x, lock->lock);
    }
}

void det_lock_taken(struct det_task *t, const struct ev_lock *lock) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct touch touch;
    begin_touch(&touch, lock);
    if (t->held.n != 0) {
        lockorder_expect(&t->held, lock->lock);
    }
    bool waits = touch_may_wait(t, &touch);
    if (!waits) {
        touch_record(t, &touch);
    }
    take_readers(t, lock);
    struct sync *x = is_exclusive(lock) ? sync_open_or_make(lock->lock) : sync_open(lock->lock);
    if (must_is_on() && x) {
        must_take_lock(t, x, lock);
    }
    sync_take(t, x);
    if (x && is_exclusive(lock)) {
        sync_taken_by(x, t->id);
    }
    hold(t, lock, &touch);
    if (waits) {
        bool known = x && x->left.by == 0 && x->left.mark.rec; /* x is, by now */
        uint64_t left = known ? x->left.mark.rec : touch_before(t, &touch);
        touch_after(t, &touch, left);
        if (x && is_exclusive(lock)) { /* readers would each hide what the others recorded */
            sync_leave(x, &touch.mark, t->id, t->clock.at);
        }
    }
    sync_close(x);
    lockorder_taken(t, lock->mode);
    task_leave(t);
}

/* Of one that was waited for: it was touched before the wait, and is told as held afterwards. */
void det_lock_received(struct det_task *t, const struct ev_lock *lock) {
    if (!t || !task_enter(t)) {
        return;
    }
    take_readers(t, lock);
    struct sync *x = sync_open(lock->lock);
    if (must_is_on() && x) {
        must_take_lock(t, x, lock);
    }
    sync_take(t, x);
    sync_close(x);
    task_leave(t);
}

/* -- letting go ----------------------------------------------------------------------------- */

/* What the holder recorded stands for the letting go as well, if it is of this epoch. */
static void touch_again(struct det_task *t, const struct sync *x, struct touch *touch) {
    bool own = x->left.by == t->id;
    if (own && x->left.at == t->clock.at && touch_stands(touch, &x->left.mark)) {
        touch->mark.rec = x->left.mark.rec;
        touch->mark.word = x->left.mark.word;
    } else if (own && touch_may_wait(t, touch)) {
        touch_after(t, touch, x->left.mark.rec);
    } else {
        touch_record(t, touch);
    }
}

static void must_leave_lock(struct det_task *t, struct sync *x, uint32_t mode) {
    if (mode & EV_LOCK_WAITS) {
        must_watch(x);
    }
    if (x->must & MUST_WATCHED) {
        must_leave(t, x);
    }
}

/* What a reader learned by the lock it learned from its writers: that is their object's, not the one that it
 * publishes into. Cost without ways: a load. */
static void must_leave_share(struct det_task *t, const struct ev_lock *lock) {
    if (t->must.ways || (lock->mode & EV_LOCK_WAITS)) {
        struct sync *x = sync_open(lock->lock);
        if (x) {
            must_leave_lock(t, x, lock->mode);
        }
        sync_close(x);
    }
}

/* Nobody was seen to take it. */
static DET_COLD struct sync *make_unseen(struct det_task *t, const struct ev_lock *lock,
                                         uintptr_t key) {
    if (key == lock->lock && t->held.n != 0) {
        misuse_of_unseen(t, lock->lock, EV_USE_UNLOCK, lock->pc);
    }
    return sync_open_or_make(key);
}

/* A share is let go by another than had taken it. (Of the whole the holder tells.) */
static DET_COLD void pass_on(uintptr_t lock) {
    struct sync *x = sync_open_or_make(lock);
    if (x) {
        x->passed_on = 1;
    }
    sync_close(x);
}

void det_lock_leaving(struct det_task *t, const struct ev_lock *lock) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct touch touch;
    begin_touch(&touch, lock);
    bool exclusive = is_exclusive(lock);
    if (!exclusive) {
        touch_record(t, &touch);
        if (must_is_on()) {
            must_leave_share(t, lock);
        }
    }
    uintptr_t key = exclusive ? lock->lock : lock->readers;
    struct sync *x = sync_open(key);
    if (__builtin_expect(x == NULL, 0)) {
        x = make_unseen(t, lock, key);
    }
    if (x) {
        if (exclusive) {
            sync_let_go_by(x, t->id);
            touch_again(t, x, &touch);
        }
        if (must_is_on() && exclusive) {
            must_leave_lock(t, x, lock->mode);
        }
        struct clock now = task_publication(t);
        sync_add(x, &now, t->id);
        sync_leave(x, exclusive ? &touch.mark : &(struct touch_mark){0}, 0, 0);
    }
    sync_close(x);
    if (!lockset_remove(&t->held, lock->lock, lock->mode)) {
        if (!exclusive) {
            pass_on(lock->lock);
        }
        lockorder_handed(lock->lock);
        orphan_no_more(lock->lock);
    }
    task_new_segment(t);
    task_published(t);
    task_leave(t);
}
