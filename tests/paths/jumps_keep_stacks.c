/* Rule    paths.jumps-keep-stacks  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     However often, and by whatever name, A left functions by a jump: none is in its stack.
 */
#include "paths.h"

#include <setjmp.h>

int x;
jmp_buf home;
sigjmp_buf home_too;

__attribute__((noinline)) static void leave(int n, int depth) {
    volatile int here = depth; /* no tail call */
    if (depth > 0) {
        leave(n, depth - 1);
    } else if (n % 3 == 0) {
        longjmp(home, 1);
    } else if (n % 3 == 1) {
        _longjmp(home, 1);
    } else {
        siglongjmp(home_too, 1);
    }
    here++;
}

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

static void *a(void *unused) {
    for (volatile int n = 0; n < 100000; n++) {
        if ((n % 3 == 0 && setjmp(home) == 0) || (n % 3 == 1 && _setjmp(home) == 0) ||
            (n % 3 == 2 && sigsetjmp(home_too, n & 1) == 0)) {
            leave(n, n % 7);
        }
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
