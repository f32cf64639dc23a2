/* Every interposed call of threads and of what they meet at, once; results and errno are checked. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            return __LINE__ & 0x7f;                                                                \
        }                                                                                          \
    } while (0)

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static sem_t ready;
static int initialised;

static void *wait_for_ever(void *unused) {
    pthread_mutex_lock(&m);
    pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &m);
    sem_post(&ready);
    for (;;) {
        pthread_cond_wait(&c, &m);
    }
    pthread_cleanup_pop(1);
    return unused;
}

static void *post(void *s) {
    sem_post(s);
    return NULL;
}

static void initialise(void) {
    initialised++;
}

static int c11_thread(void *answer) {
    return *(int *)answer;
}

static int check_threads(void) {
    pthread_t t;
    pthread_attr_t detached;
    void *value;
    int answer = 42, got = 0;
    thrd_t u;
    CHECK(pthread_create(&t, NULL, wait_for_ever, NULL) == 0);
    CHECK(sem_wait(&ready) == 0);
    pthread_mutex_lock(&m); /* it waits now: only the wait lets go of the mutex */
    pthread_mutex_unlock(&m);
    CHECK(pthread_cancel(t) == 0 && pthread_join(t, &value) == 0 && value == PTHREAD_CANCELED);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    CHECK(pthread_create(&t, &detached, post, &ready) == 0 && sem_wait(&ready) == 0);
    CHECK(pthread_create(&t, NULL, post, &ready) == 0 && pthread_detach(t) == 0);
    CHECK(sem_wait(&ready) == 0);
    CHECK(thrd_create(&u, c11_thread, &answer) == thrd_success);
    CHECK(thrd_join(u, &got) == thrd_success && got == 42);
    return 0;
}

static int check_mutexes(void) {
    pthread_mutex_t r;
    pthread_mutexattr_t recursive;
    pthread_rwlock_t w;
    pthread_spinlock_t s;
    struct timespec past = {0};
    mtx_t x;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    CHECK(pthread_mutex_init(&r, &recursive) == 0 && pthread_mutex_lock(&r) == 0);
    CHECK(pthread_mutex_trylock(&r) == 0 && pthread_mutex_unlock(&r) == 0);
    CHECK(pthread_mutex_unlock(&r) == 0 && pthread_mutex_destroy(&r) == 0);
    CHECK(pthread_mutex_lock(&m) == 0 && pthread_mutex_trylock(&m) == EBUSY);
    CHECK(pthread_mutex_timedlock(&m, &past) == ETIMEDOUT && pthread_mutex_unlock(&m) == 0);
    CHECK(pthread_rwlock_init(&w, NULL) == 0 && pthread_rwlock_rdlock(&w) == 0);
    CHECK(pthread_rwlock_tryrdlock(&w) == 0 && pthread_rwlock_trywrlock(&w) == EBUSY);
    CHECK(pthread_rwlock_unlock(&w) == 0 && pthread_rwlock_unlock(&w) == 0);
    CHECK(pthread_rwlock_wrlock(&w) == 0 && pthread_rwlock_timedrdlock(&w, &past) != 0);
    CHECK(pthread_rwlock_unlock(&w) == 0 && pthread_rwlock_destroy(&w) == 0);
    CHECK(pthread_spin_init(&s, 0) == 0 && pthread_spin_lock(&s) == 0);
    CHECK(pthread_spin_unlock(&s) == 0 && pthread_spin_destroy(&s) == 0);
    CHECK(mtx_init(&x, mtx_timed) == thrd_success && mtx_lock(&x) == thrd_success);
    CHECK(mtx_trylock(&x) == thrd_busy && mtx_unlock(&x) == thrd_success);
    mtx_destroy(&x);
    return 0;
}

static int check_the_rest(void) {
    struct timespec past = {0};
    pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_barrier_t alone;
    pthread_cond_t d;
    cnd_t e;
    CHECK(pthread_once(&once, initialise) == 0 && pthread_once(&once, initialise) == 0);
    CHECK(initialised == 1);
    errno = 0;
    CHECK(sem_timedwait(&ready, &past) == -1 && errno == ETIMEDOUT);
    CHECK(sem_trywait(&ready) == -1 && errno == EAGAIN);
    errno = 7;
    CHECK(sem_post(&ready) == 0 && sem_wait(&ready) == 0 && errno == 7);
    CHECK(pthread_barrier_init(&alone, NULL, 1) == 0);
    CHECK(pthread_barrier_wait(&alone) == PTHREAD_BARRIER_SERIAL_THREAD);
    CHECK(pthread_barrier_destroy(&alone) == 0);
    CHECK(pthread_cond_init(&d, NULL) == 0 && pthread_mutex_lock(&m) == 0);
    CHECK(pthread_cond_timedwait(&d, &m, &past) == ETIMEDOUT && pthread_mutex_unlock(&m) == 0);
    CHECK(pthread_cond_signal(&d) == 0 && pthread_cond_broadcast(&d) == 0);
    CHECK(pthread_cond_destroy(&d) == 0 && cnd_init(&e) == thrd_success);
    CHECK(cnd_signal(&e) == thrd_success && cnd_broadcast(&e) == thrd_success);
    cnd_destroy(&e);
    return 0;
}

int main(void) {
    CHECK(sem_init(&ready, 0, 0) == 0);
    int bad = check_threads();
    bad = bad != 0 ? bad : check_mutexes();
    bad = bad != 0 ? bad : check_the_rest();
    CHECK(sem_destroy(&ready) == 0);
    return bad;
}
