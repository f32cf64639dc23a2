/* scheduler.c - the model's scheduler, for what lies above it: channels, select, sync, timers.
 *
 * Parking    the task's step OP_PARK makes it findable as parked; its commit becomes a process of its
 *            own, for it runs on after somebody has woken the task. OP_READY of a task that is not
 *            parked, or readied already, fails. OP_RESUME is the task's next step.
 */
#include "configs.h"
#include "races.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/signal.h"
#include "world.h"

#define PC ((uintptr_t)__builtin_return_address(0))

const struct config *const config_lists[] = {configs_chan, configs_select, configs_sync, configs_rw,
                                             configs_lock, configs_runq,   NULL};

/* -- sched.h -- */

struct task *rdl__task_self(void) {
    if (world_self != NULL && world_self->task == NULL) {
        world_fail("the scheduler's part of a park asks which task it is");
    }
    static struct task nobody;
    return world_self != NULL ? world_self->task : &nobody;
}

void rdl__sched_wait_begin_by_time(struct task *self, enum ev_wait_kind kind,
                                   const void *const *objects, uint32_t n_objects,
                                   int64_t deadline_ns, const bool *by_time, uintptr_t pc) {
    (void)kind;
    (void)deadline_ns;
    (void)by_time;
    self->pc = pc;
    for (uint32_t i = 0; i < n_objects; i++) {
        races_plain(&objects[i], sizeof(objects[i]), false, PC);
    }
}

void rdl__sched_park(struct task *self, void (*commit)(struct task *self, void *arg), void *arg) {
    struct process *p = world_self;
    if (self != p->task) {
        world_fail("a task parks another one");
    }
    world_step(OP_PARK, self, PC);
    p->parked = p->has_parked = true;
    if (commit != NULL) {
        world_spawn_commit(commit, arg);
    } else if (p->n_held != 0) {
        world_fail("parks with a lock held and nobody to release it");
    }
    world_step(OP_RESUME, self, PC);
    p->parked = p->ready = false;
    races_receive(self);
}

static void ready(struct task *t, uintptr_t pc) {
    struct process *p = world_process_of(t);
    if (world_self->n_held != 0) {
        world_fail("readies a task with a lock held");
    }
    world_step(OP_READY, t, pc);
    if (!p->parked || p->ready) {
        world_fail("%s is readied %s", world_name(p), p->ready ? "twice" : "without being parked");
    }
    p->ready = true;
    races_publish(t);
}

void rdl__sched_ready(struct task *t) {
    ready(t, PC);
}

void rdl__sched_ready_all(struct task *first, bool in_front) {
    (void)in_front;
    while (first != NULL) {
        races_plain(&first->next, sizeof(first->next), false, PC);
        struct task *next = first->next;
        ready(first, PC);
        first = next;
    }
}

/* Who runs first is for the search to decide. */
void rdl__sched_hand_over(struct task *self, struct task *t) {
    (void)self;
    ready(t, PC);
}

void rdl__sched_check_slow(struct task *self) {
    (void)self;
}

uint32_t rdl__sched_choose(uint32_t n) {
    return world_choose(n);
}

void rdl__os_yield_thread(void) {
    world_pause(false, PC);
}

void rdl__sched_timer_armed(void) {
}

/* Tasks are those of the configuration. */
struct task *rdl__task_new(struct task *creator, const rdl_go_options *options, void (*fn)(void *),
                           void *arg, uintptr_t pc) {
    (void)creator;
    (void)options;
    (void)fn;
    (void)arg;
    (void)pc;
    world_fail("a task is made");
}

void rdl__sched_start(struct task *t) {
    (void)t;
}

rdl__defer rdl__defer_enter(rdl__defer *d, void (*fn)(void *), void *arg) {
    (void)d;
    return (rdl__defer){.fn = fn, .arg = arg};
}

void rdl__defer_leave(rdl__defer *d) {
    d->fn(d->arg);
}

/* -- signal.h -- */

bool rdl__signal_is_sent_to(const rdl_chan *ch) {
    (void)ch;
    return false;
}
