/* Rule    paths.unknown-jumps-keep-stacks  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     A left functions by a jump that is told to nobody; what is on its stack shows that they
 *         are gone.
 */
#include "paths.h"

int x;
void *home[5];

__attribute__((noinline)) static void leave(int depth) {
    volatile int here = depth;
    if (depth > 0) {
        leave(depth - 1);
    } else {
        __builtin_longjmp(home, 1);
    }
    here++;
}

__attribute__((noinline)) static void write_x(void) {
    volatile char room[200]; /* reaches below what was left */
    room[0] = 1;
    x = room[0];
}

__attribute__((noinline)) static void depart(int depth) {
    if (__builtin_setjmp(home) == 0) {
        leave(depth);
    }
}

static void *a(void *unused) {
    for (int n = 0; n < 100000; n++) {
        depart(n % 7);
    }
    write_x();
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
