/* poll.c - the epoll instance. */
#include "runtime/poll.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "runtime/fd.h"
#include "runtime/monitor.h"
#include "runtime/sched.h"
#include "runtime/signal.h"

#define EVENTS_AT_ONCE 128
#define SECOND_NS      1000000000
#define MILLISECOND_NS 1000000

static struct rdl__polls *const polls = &rdl__rt.polls;

/* -- the instance -- */

/* The event descriptor stays readable until its sleeper has read it. */
static int make(int *wake_fd) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = wake};
    if (epoll < 0 || wake < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) != 0) {
        int error = -errno;
        close(epoll);
        close(wake);
        return error;
    }
    *wake_fd = wake;
    return epoll;
}

/* noinline, like every function here that reads errno: its callers park, and a compiler may keep
 * errno's address. */
__attribute__((noinline)) int rdl__poll_open(void) {
    int result = 0;
    if (atomic_load_explicit(&polls->open, memory_order_acquire)) {
        return 0;
    }
    rdl__lock_acquire(&polls->lock, RANK_POLL);
    if (!atomic_load_explicit(&polls->open, memory_order_relaxed)) { /* lock held */
        result = make(&polls->wake_fd);
        if (result >= 0) {
            polls->epoll_fd = result;
            atomic_store_explicit(&polls->open, true, memory_order_release);
            result = 0;
        }
    }
    rdl__lock_release(&polls->lock);
    (void)rdl__monitor_start(); /* asks the kernel while the workers are busy */
    return result;
}

/* -- telling the kernel -- */

/* The kernel's list goes by (file, number): a number that was closed behind our back is unknown to
 * it again, and one whose file lives on under another number is known. */
__attribute__((noinline)) int rdl__poll_arm(int fd, uint32_t events, bool *known) {
    struct epoll_event event = {.events = events | EPOLLONESHOT, .data.fd = fd};
    for (int tries = 0; tries < 3; tries++) {
        if (epoll_ctl(polls->epoll_fd, *known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0) {
            *known = true;
            return 0;
        }
        if (errno != (*known ? ENOENT : EEXIST)) {
            return -errno;
        }
        *known = !*known;
    }
    return -EBADF;
}

__attribute__((noinline)) void rdl__poll_forget(int fd) {
    struct epoll_event unused = {0};
    int before = errno;
    epoll_ctl(polls->epoll_fd, EPOLL_CTL_DEL, fd, &unused);
    errno = before;
}

/* -- who waits -- */

bool rdl__poll_is_awaited(void) {
    return atomic_load_explicit(&polls->n_waiting, memory_order_seq_cst) != 0;
}

uint32_t rdl__poll_awaited(void) {
    return atomic_load_explicit(&polls->n_waiting, memory_order_seq_cst);
}

void rdl__poll_wait_begins(void) {
    atomic_fetch_add_explicit(&polls->n_waiting, 1, memory_order_seq_cst);
}

void rdl__poll_wait_began(void) {
    rdl__sched_poll_armed();
}

void rdl__poll_wait_ended(void) {
    atomic_fetch_sub_explicit(&polls->n_waiting, 1, memory_order_seq_cst);
}

/* -- waking the sleeper --
 *
 *     who wakes                          the sleeper
 *     interrupted := 1; it was 0:        epoll_wait returns
 *     write                              read, then interrupted := 0
 *                                        return: it looks for everything anew
 *
 * Who finds interrupted set writes nothing: the sleeper has not yet looked. */
void rdl__poll_interrupt(void) {
    static const uint64_t one = 1;
    if (atomic_load_explicit(&polls->open, memory_order_acquire) &&
        atomic_exchange_explicit(&polls->interrupted, 1, memory_order_seq_cst) == 0) {
        ssize_t ignored = write(polls->wake_fd, &one, sizeof(one));
        (void)ignored;
    }
}

static void note_interrupt(void) {
    uint64_t count;
    ssize_t ignored = read(polls->wake_fd, &count, sizeof(count));
    (void)ignored;
    /* An exchange: the next sleeper sees what was written before an interrupt that found this set. */
    (void)atomic_exchange_explicit(&polls->interrupted, 0, memory_order_seq_cst);
}

bool rdl__poll_enter(void) {
    return atomic_exchange_explicit(&polls->occupied, 1, memory_order_seq_cst) == 0;
}

void rdl__poll_leave(void) {
    atomic_store_explicit(&polls->occupied, 0, memory_order_seq_cst);
}

/* -- asking the kernel -- */

/* Kernels before 5.11 count in milliseconds: then rather late than in a tight loop. */
static int ask(struct epoll_event *events, int64_t deadline_ns) {
    int64_t left_ns = deadline_ns == 0 ? 0 : deadline_ns - rdl__sched_now();
    if (left_ns <= 0) {
        return epoll_wait(polls->epoll_fd, events, EVENTS_AT_ONCE, 0);
    }
    if (deadline_ns == OS_FOREVER) {
        return epoll_wait(polls->epoll_fd, events, EVENTS_AT_ONCE, -1);
    }
    struct timespec left = {.tv_sec = left_ns / SECOND_NS, .tv_nsec = left_ns % SECOND_NS};
    int n = epoll_pwait2(polls->epoll_fd, events, EVENTS_AT_ONCE, &left, NULL);
    if (n < 0 && errno == ENOSYS) {
        int64_t left_ms = (left_ns + MILLISECOND_NS - 1) / MILLISECOND_NS;
        n = epoll_wait(polls->epoll_fd, events, EVENTS_AT_ONCE,
                       left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);
    }
    return n;
}

bool rdl__poll_run(struct worker *w, int64_t deadline_ns) {
    struct epoll_event events[EVENTS_AT_ONCE];
    struct task *ready = NULL;
    struct task **end = &ready;
    if (!atomic_load_explicit(&polls->open, memory_order_acquire)) {
        return false;
    }
    int n = ask(events, deadline_ns);
    if (n > 0 && deadline_ns != 0) {
        rdl__sched_poll_woke(w);
    }
    for (int i = 0; i < n; i++) {
        if (events[i].data.fd != polls->wake_fd) {
            end = rdl__fd_is_ready(events[i].data.fd, events[i].events, end);
        } else if (deadline_ns != 0) {
            note_interrupt(); /* meant for the sleeper, not for who looks in passing */
        }
    }
    *end = NULL;
    bool delivered = rdl__signal_deliver();
    rdl__sched_ready_all(ready, false);
    return ready != NULL || delivered;
}
