/* A goroutine that takes a lock twice, or two that wait for each other, and so many others that only want what they have. */
#include <raddle.h>
#include <stdlib.h>
#include <string.h>

static rdl_mutex mu;
static rdl_rwmutex rw;
static rdl_chan *has_mu, *has_rw, *never;
static int others;

static void want_mu(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    rdl_mutex_unlock(&mu);
}

static void want_to_write(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&rw);
    rdl_rwmutex_unlock(&rw);
}

static void start_others(void (*what)(void *)) {
    for (int i = 0; i < others; i++) {
        rdl_go(what, NULL);
    }
}

static void take_twice(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    start_others(want_mu);
    rdl_mutex_lock(&mu);
}

static void write_twice(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&rw);
    start_others(want_to_write);
    rdl_rwmutex_lock(&rw);
}

static void take_and_read(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    rdl_close(has_mu);
    rdl_recv(has_rw, NULL);
    rdl_rwmutex_rlock(&rw);
}

static void write_and_take(void *unused) {
    (void)unused;
    rdl_recv(has_mu, NULL);
    rdl_rwmutex_lock(&rw);
    start_others(want_to_write);
    rdl_close(has_rw);
    rdl_mutex_lock(&mu);
}

int main(int argc, char **argv) {
    const char *what = argc > 2 ? argv[1] : "";
    others = argc > 2 ? atoi(argv[2]) : 0;
    has_mu = rdl_chan_make(0, 0);
    has_rw = rdl_chan_make(0, 0);
    never = rdl_chan_make(0, 0);
    if (strcmp(what, "crosswise") == 0) {
        rdl_go(take_and_read, NULL);
        rdl_go(write_and_take, NULL);
    } else {
        rdl_go(strcmp(what, "writing") == 0 ? write_twice : take_twice, NULL);
    }
    rdl_recv(never, NULL);
}
