/* Rule    paths.cleanup-handler  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     A was unwound by force; its cleanup handler is called by A, whatever A was inside of.
 */
#include "paths.h"

int x;

__attribute__((noinline)) static void leave(int depth) {
    volatile int here = depth;
    if (depth > 0) {
        leave(depth - 1);
        here++;
        return;
    }
    pthread_exit(NULL);
}

static void write_x(void *unused) {
    volatile char room[300];
    room[0] = 1;
    x = room[0];
    mark(1);
    (void)unused;
}

static void *a(void *unused) {
    pthread_cleanup_push(write_x, NULL);
    leave(5);
    pthread_cleanup_pop(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
