/* current.c - who runs on this thread, and how the runtime says so. */
#include "instrument/current.h"

#include "instrument/front.h"
#include "instrument/life.h"
#include "instrument/timer.h"
#include "instrument/unchecked.h"

struct front_end front;
_Thread_local struct thread_self self;

void front_stack(uintptr_t *lo, uintptr_t *hi) {
    pthread_attr_t attributes;
    void *start = NULL;
    size_t bytes = 0;
    *lo = *hi = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        if (pthread_attr_getstack(&attributes, &start, &bytes) == 0) {
            *lo = (uintptr_t)start;
            *hi = *lo + bytes;
        }
        pthread_attr_destroy(&attributes);
    }
}

/* A thread that did not come through our pthread_create: a helper of libc, or a bare clone. It has
 * no parent that we know; what may have made libc start it is ordered before it. */
struct det_task *current_adopt(void) {
    if (!front.on || self.hidden != 0 || self.busy != 0) {
        return NULL;
    }
    uintptr_t lo, hi;
    struct det_task *none = hide_enter();
    front_stack(&lo, &hi);
    hide_leave(none);
    uint32_t was = guard_enter();
    self.own = det_task_create(NULL, EV_TASK_THREAD, front_thread_id(), 0);
    if (self.own != NULL) {
        det_task_begin(self.own, lo, hi);
        thread_of_libc_begins(self.own);
        det_task_storage(self.own, (uintptr_t)__builtin_thread_pointer(), front.modules.tls_bytes);
        count_up32(&det_process()->threads);
    } else {
        self.hidden = 1;
    }
    self.state = THREAD_STRANGER;
    guard_leave(was);
    self.task = self.own;
    if (self.own != NULL && front.has_key) {
        pthread_setspecific(front.ending, (void *)1);
    }
    return self.own;
}

void front_dropped(void) {
    count_up64(&det_process()->limits[LIMIT_EVENTS_IN_HANDLER]);
}

void front_found(void) {
    if (det_findings_count() != 0) {
        life_halt(0);
    }
}

void current_switch(struct det_task *t) {
    if (UNLIKELY((self.ignores.any | __atomic_load_n(&front.benign.n_parked, __ATOMIC_RELAXED)) !=
                 0)) {
        unchecked_switch(t);
    }
    self.hidden = t == NULL;
    self.task = t;
}

struct det_task *current_task(void) {
    struct det_task *t = self.task;
    return t != NULL ? t : current_adopt();
}
