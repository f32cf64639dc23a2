/* ring.c - each of many goroutines holds a lock, and waits for the next one's: a circle; or each waits at a channel of
 * its own, which nobody else knows. */
#include <string.h>

#include "raddle.h"

enum { N = 400 };

static rdl_mutex lock[N];
static rdl_waitgroup held, end;

static void take_two(void *number) {
    long i = (long)number;
    rdl_mutex_lock(&lock[i]);
    rdl_waitgroup_done(&held);
    rdl_waitgroup_wait(&held);
    rdl_mutex_lock(&lock[(i + 1) % N]);
    rdl_waitgroup_done(&end);
}

static void receive(void *own) {
    rdl_recv(own, NULL);
    rdl_waitgroup_done(&end);
}

int main(int argc, char **argv) {
    bool each = argc > 1 && strcmp(argv[1], "each") == 0;
    rdl_waitgroup_add(&held, N);
    rdl_waitgroup_add(&end, N);
    for (long i = 0; i < N; i++) {
        rdl_go(each ? receive : take_two, each ? (void *)RDL_CHAN(int, 0) : (void *)i);
    }
    rdl_waitgroup_wait(&end);
    return 0;
}
