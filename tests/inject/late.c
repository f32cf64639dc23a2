/* A library between the detector and libc: who has called be_late arrives at a barrier when it is let go. */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>

static _Thread_local int is_late;
static int stopped, let_go;

static void await(const int *flag) {
    while (__atomic_load_n(flag, __ATOMIC_ACQUIRE) == 0) {
        sched_yield();
    }
}

void be_late(void) {
    is_late = 1;
}

void await_late(void) {
    await(&stopped);
}

void let_late_go(void) {
    __atomic_store_n(&let_go, 1, __ATOMIC_RELEASE);
}

int arrive_unseen(pthread_barrier_t *b) {
    int (*real)(pthread_barrier_t *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_barrier_wait");
    return real(b);
}

int pthread_barrier_wait(pthread_barrier_t *b) {
    if (is_late) {
        __atomic_store_n(&stopped, 1, __ATOMIC_RELEASE);
        await(&let_go);
    }
    return arrive_unseen(b);
}
