/* Waits, leftovers and misuse, of which a report says more than what is waited in: as the first argument says. */
#include <pthread.h>
#include <raddle.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, k = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t s;
static rdl_mutex mu;
static rdl_rwmutex shared;
static rdl_chan *answers, *locked;
static bool done;

/* -- who would end the wait waits for what is held in it -- */

static void *answer_all(void *unused) {
    int value = 1;
    pthread_mutex_lock(&m);
    done = true;
    pthread_cond_signal(&c);
    sem_post(&s);
    pthread_mutex_unlock(&m);
    rdl_try_send(answers, &value);
    return unused;
}

static void ask(void *unused) {
    pthread_t other;
    pthread_mutex_lock(&m);
    pthread_create(&other, NULL, answer_all, NULL);
    rdl_recv(answers, unused);
}

static void wait_at_condition(void) {
    pthread_mutex_lock(&k);
    while (!done) {
        pthread_cond_wait(&c, &k);
    }
}

static void *need_once(void *unused) {
    pthread_once(&once, wait_at_condition);
    return unused;
}

static void make(void) {
    pthread_t other;
    pthread_create(&other, NULL, need_once, NULL);
    sem_wait(&s);
}

static void keep_out(const char *what) {
    pthread_t other;
    sem_init(&s, 0, 0);
    if (strcmp(what, "once") == 0) {
        pthread_once(&once, make);
    } else if (strcmp(what, "channel") == 0) {
        rdl_go(ask, NULL);
        rdl_recv(answers, NULL);
    } else {
        pthread_mutex_lock(&m);
        pthread_create(&other, NULL, answer_all, NULL);
        strcmp(what, "condition") == 0 ? wait_at_condition() : (void)sem_wait(&s);
    }
}

/* -- who waits for himself -- */

static int begin(bool bad) {
    pthread_mutex_lock(&m);
    if (bad) {
        return -1;
    }
    pthread_mutex_unlock(&m);
    return 0;
}

static void begin_all(int n) {
    static volatile int forgotten; /* no loop is taken apart for it */
    for (int i = 0; i < n; i++) {
        pthread_mutex_lock(&m);
        if (i != forgotten) {
            pthread_mutex_unlock(&m);
        }
    }
}

static void upgrade(void *unused) {
    (void)unused;
    rdl_rwmutex_rlock(&shared);
    rdl_rwmutex_lock(&shared);
}

/* -- what is left at exit -- */

static void lock_twice(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    rdl_close(locked);
    rdl_mutex_lock(&mu);
}

static void hold_and_receive(void *unused) {
    rdl_mutex_lock(&mu);
    rdl_close(locked);
    rdl_recv(answers, unused);
}

static void read_and_receive(void *unused) {
    rdl_rwmutex_rlock(&shared);
    rdl_close(locked);
    rdl_recv(answers, unused);
}

static void want(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    rdl_mutex_unlock(&mu);
}

static void want_to_write(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&shared);
    rdl_rwmutex_unlock(&shared);
}

static void leave(void (*first)(void *), void (*second)(void *)) {
    rdl_go(first, NULL);
    rdl_recv(locked, NULL);
    if (second != NULL) {
        rdl_go(second, NULL);
    }
    for (int i = 0; i < 400; i++) {
        rdl_yield();
    }
}

static void send(void *unused) {
    int value = 1;
    (void)unused;
    rdl_send(answers, &value);
}

static void *end(void *unused) {
    return unused;
}

static void leave_several(bool threads) {
    struct stat tasks; /* a link each, and two */
    pthread_t other;
    if (!threads) {
        rdl_go(send, NULL);
        rdl_go(send, NULL);
        rdl_yield();
        return;
    }
    pthread_create(&other, NULL, end, NULL);
    pthread_create(&other, NULL, end, NULL);
    pthread_create(&other, NULL, end, NULL);
    while (stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 3) {
    }
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    answers = rdl_chan_make(sizeof(int), 0);
    locked = rdl_chan_make(0, 0);
    if (strcmp(what, "early return") == 0) {
        begin(true);
        begin(false);
    } else if (strcmp(what, "loop") == 0) {
        begin_all(argc);
    } else if (strcmp(what, "upgrade") == 0) {
        upgrade(NULL);
    } else if (strcmp(what, "left to himself") == 0) {
        leave(lock_twice, NULL);
    } else if (strcmp(what, "left with a lock") == 0) {
        leave(hold_and_receive, want);
    } else if (strcmp(what, "left reading") == 0) {
        leave(read_and_receive, want_to_write);
    } else if (strcmp(what, "goroutines") == 0 || strcmp(what, "threads") == 0) {
        leave_several(strcmp(what, "threads") == 0);
    } else if (strcmp(what, "rwlock") == 0) {
        pthread_rwlock_unlock(&rw);
    } else {
        keep_out(what);
    }
    return 0;
}
