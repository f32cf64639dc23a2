/* A wait that nobody ends, or a leftover, as the first argument says. */
#include <pthread.h>
#include <raddle.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t both;
static sem_t s;
static rdl_waitgroup wg;

static void *locks(void *unused) {
    pthread_mutex_lock(&m);
    return unused;
}

static void *ends(void *unused) {
    return unused;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void makes_nothing(void) {
}

static void *needs_once(void *unused) {
    pthread_once(&once, makes_nothing);
    return unused;
}

static void waits_for_one_who_needs_it(void) {
    pthread_t other;
    pthread_create(&other, NULL, needs_once, NULL);
    pthread_join(other, NULL);
}

static void receives(void *unused) {
    rdl_recv(RDL_CHAN(int, 0), unused);
}

static void handler(int signo) {
    (void)signo;
    pthread_mutex_lock(&m);
}

static rdl_rwmutex shared;

static void writes(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&shared);
}

static rdl_errgroup *group;

static int goes(void *unused) {
    rdl_yield();
    rdl_errgroup_go(group, goes, unused);
    return 0;
}

static bool waits;

static void *is_never_served(void *unused) {
    pthread_mutex_lock(&m);
    waits = true;
    pthread_cond_wait(&c, &m);
    return unused;
}

static bool other_waits(void) {
    pthread_mutex_lock(&m);
    bool does = waits;
    pthread_mutex_unlock(&m);
    return does;
}

static void wait_in(const char *what) {
    pthread_t other;
    if (strcmp(what, "itself") == 0) {
        pthread_mutex_lock(&m);
        pthread_mutex_lock(&m);
    } else if (strcmp(what, "handler") == 0) {
        signal(SIGUSR1, handler);
        pthread_mutex_lock(&m);
        raise(SIGUSR1);
    } else if (strcmp(what, "once") == 0) {
        pthread_once(&once, waits_for_one_who_needs_it);
    } else if (strcmp(what, "once in the heap") == 0) {
        rdl_once_do(calloc(1, sizeof(rdl_once)), receives, NULL);
    } else if (strcmp(what, "writing") == 0) {
        pthread_rwlock_rdlock(&rw);
        pthread_rwlock_wrlock(&rw);
    } else if (strcmp(what, "reading") == 0) {
        rdl_rwmutex_rlock(&shared);
        rdl_go(writes, NULL);
        while (rdl_rwmutex_tryrlock(&shared)) { /* until the writer waits */
            rdl_rwmutex_runlock(&shared);
            rdl_yield();
        }
        rdl_rwmutex_rlock(&shared);
    } else if (strcmp(what, "ended") == 0) {
        pthread_create(&other, NULL, locks, NULL);
        pthread_join(other, NULL);
        pthread_mutex_lock(&m);
    } else if (strcmp(what, "within") == 0) {
        pthread_mutex_lock(&m);
        pthread_create(&other, NULL, locks, NULL);
        pthread_join(other, NULL);
    } else if (strcmp(what, "condition") == 0) {
        pthread_mutex_lock(&m);
        pthread_cond_wait(&c, &m);
    } else if (strcmp(what, "semaphore") == 0) {
        sem_init(&s, 0, 0);
        sem_wait(&s);
    } else if (strcmp(what, "barrier") == 0) {
        pthread_barrier_init(&both, NULL, 2);
        pthread_barrier_wait(&both);
    } else if (strcmp(what, "waitgroup") == 0) {
        rdl_waitgroup_add(&wg, 1);
        rdl_waitgroup_wait(&wg);
    } else if (strcmp(what, "context") == 0) {
        rdl_recv(rdl_ctx_done(rdl_ctx_with_cancel(rdl_ctx_background())), NULL);
    } else if (strcmp(what, "group") == 0) {
        group = rdl_errgroup_new(NULL);
        rdl_errgroup_set_limit(group, 1);
        rdl_errgroup_go(group, goes, NULL);
        rdl_errgroup_wait(group);
    } else if (strcmp(what, "nil") == 0) {
        rdl_send(NULL, &m);
    } else if (strcmp(what, "unserved") == 0) {
        pthread_create(&other, NULL, is_never_served, NULL);
        while (!other_waits()) {
        }
    } else if (strcmp(what, "unjoined") == 0) {
        pthread_create(&other, NULL, ends, NULL);
        struct stat threads; /* a link each, and two */
        while (stat("/proc/self/task", &threads) == 0 && threads.st_nlink > 3) {
        }
    }
}

int main(int argc, char **argv) {
    wait_in(argc > 1 ? argv[1] : "");
    return 0;
}
