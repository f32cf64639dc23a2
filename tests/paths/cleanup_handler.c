/* Rule    paths.cleanup-handler  [D4]
 * Expect  race x
 * Each    0 1
 * Whole   write_x a
 * Why     A left by pthread_exit (0), or was cancelled (1), in a function deep down; its cleanup
 *         handler is called by A, whatever A was inside of.
 */
#include "paths.h"

#include <stdbool.h>
#include <stdlib.h>

int x;

static void end(bool cancelled) {
    if (cancelled) {
        pthread_cancel(pthread_self());
        pthread_testcancel();
    } else {
        pthread_exit(NULL);
    }
}

__attribute__((noinline)) static void leave(int depth, bool cancelled) {
    volatile int here = depth;
    if (depth == 0) {
        end(cancelled);
    } else {
        leave(depth - 1, cancelled);
    }
    here++;
}

static void write_x(void *unused) {
    volatile char room[300];
    room[0] = 1;
    x = room[0];
    mark(1);
    (void)unused;
}

static void *a(void *cancelled) {
    pthread_cleanup_push(write_x, NULL);
    leave(5, cancelled != NULL);
    pthread_cleanup_pop(0);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, argc > 1 && atoi(argv[1]) == 1 ? &x : NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
