/* ipc.c - semaphore sets and message queues, of System V and of POSIX, between threads of one
 * process: what precedes an operation happens before what follows a later one of the same object
 * [HB-IO-01, in its manner]. Messages' bytes count as the buffers of read and write do.
 *
 * Keys   The kernel's numbers. Operations of one object meet in one clock: who only takes may learn of
 *        another who only took, a race less, never a false alarm.
 * Zone   SYNC. Leaves errno alone.
 */
#include "instrument/given.h"
#include "instrument/hook.h"
#include "instrument/modules.h"
#include "instrument/outside.h"
#include "instrument/real.h"
#include "instrument/sys.h"
#include "instrument/timer.h"

#include <sys/stat.h>

/* Above the numbers that event counters can have. */
#define KEY_SEMAPHORES (EV_IO_COUNTER + ((uintptr_t)1 << 40))
#define KEY_MESSAGES   (EV_IO_COUNTER + ((uintptr_t)2 << 40))
#define KEY_QUEUES     (EV_IO_COUNTER + ((uintptr_t)4 << 40))

enum { MESSAGE_AT_MOST = 1 << 24 }; /* of POSIX; those of System V are smaller */

static void publish(uintptr_t key) {
    struct det_task *t = front.on ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, key);
        event_leave();
    }
}

static void receive(uintptr_t key) {
    struct det_task *t = front.on ? event_enter() : NULL;
    if (t != NULL) {
        det_acquire(t, key);
        event_leave();
    }
}

static void touches(const void *at, size_t n, uint32_t bits, uintptr_t pc) {
    if (front.on && code_is_instrumented(pc)) {
        hook_range((uintptr_t)at, n, bits, pc);
    }
}

/* -- System V -- */

INTERPOSE int semop(int set, struct sembuf *operations, size_t n) {
    uintptr_t key = KEY_SEMAPHORES + (unsigned)set;
    publish(key);
    int result = OUTSIDE(REAL_OF(semop)(set, operations, n));
    if (result == 0) {
        receive(key);
    }
    return result;
}

INTERPOSE int semtimedop(int set, struct sembuf *operations, size_t n,
                         const struct timespec *limit) {
    uintptr_t key = KEY_SEMAPHORES + (unsigned)set;
    publish(key);
    int result = OUTSIDE(REAL_OF(semtimedop)(set, operations, n, limit));
    if (result == 0) {
        receive(key);
    }
    return result;
}

/* A message begins with its type. */
INTERPOSE int msgsnd(int queue, const void *message, size_t n, int flags) {
    touches(message, n <= MESSAGE_AT_MOST ? sizeof(long) + n : 0, EV_READ, CALLER_PC);
    given_bytes(message, n <= MESSAGE_AT_MOST ? sizeof(long) + n : 0);
    publish(KEY_MESSAGES + (unsigned)queue);
    return OUTSIDE(REAL_OF(msgsnd)(queue, message, n, flags));
}

INTERPOSE ssize_t msgrcv(int queue, void *message, size_t room, long type, int flags) {
    ssize_t n = OUTSIDE(REAL_OF(msgrcv)(queue, message, room, type, flags));
    if (n >= 0) {
        receive(KEY_MESSAGES + (unsigned)queue);
        touches(message, sizeof(long) + (size_t)n, EV_WRITE, CALLER_PC);
    }
    return n;
}

/* -- POSIX: a descriptor of a file that each queue is -- */

static uintptr_t queue_key(mqd_t queue) {
    struct stat file;
    bool is_there = SYS3(SYS_fstat, queue, &file, 0) == 0;
    return KEY_QUEUES + (is_there ? (uintptr_t)file.st_ino & 0xffffffffff : 0);
}

static void sends(mqd_t queue, const char *message, size_t n, uintptr_t pc) {
    touches(message, n <= MESSAGE_AT_MOST ? n : 0, EV_READ, pc);
    given_bytes(message, n);
    publish(queue_key(queue));
    if (__atomic_load_n(&front.notifies, __ATOMIC_RELAXED)) {
        thread_of_libc_may_begin();
    }
}

static ssize_t received(mqd_t queue, char *message, ssize_t n, uintptr_t pc) {
    if (n >= 0) {
        receive(queue_key(queue));
        touches(message, (size_t)n, EV_WRITE, pc);
    }
    return n;
}

INTERPOSE int mq_send(mqd_t queue, const char *message, size_t n, unsigned priority) {
    sends(queue, message, n, CALLER_PC);
    return OUTSIDE(REAL_OF(mq_send)(queue, message, n, priority));
}

INTERPOSE int mq_timedsend(mqd_t queue, const char *message, size_t n, unsigned priority,
                           const struct timespec *deadline) {
    sends(queue, message, n, CALLER_PC);
    return OUTSIDE(REAL_OF(mq_timedsend)(queue, message, n, priority, deadline));
}

INTERPOSE ssize_t mq_receive(mqd_t queue, char *message, size_t room, unsigned *priority) {
    ssize_t n = OUTSIDE(REAL_OF(mq_receive)(queue, message, room, priority));
    return received(queue, message, n, CALLER_PC);
}

INTERPOSE ssize_t mq_timedreceive(mqd_t queue, char *message, size_t room, unsigned *priority,
                                  const struct timespec *deadline) {
    ssize_t n = OUTSIDE(REAL_OF(mq_timedreceive)(queue, message, room, priority, deadline));
    return received(queue, message, n, CALLER_PC);
}

/* A function on a thread of libc's runs after this call, and after the message that it is about. */
INTERPOSE int mq_notify(mqd_t queue, const struct sigevent *event) {
    if (event != NULL && event->sigev_notify == SIGEV_THREAD) {
        __atomic_store_n(&front.notifies, true, __ATOMIC_RELAXED);
        thread_of_libc_may_begin();
    }
    int result = REAL_OF(mq_notify)(queue, event);
    if (result == 0 && event != NULL) {
        given_word((uintptr_t)event->sigev_value.sival_ptr);
    }
    return result;
}
