/* Rule    paths.swapcontext-keeps-stacks  [D4]
 * Expect  race x
 * Whole   walk walk walk run
 * Why     Two coroutines of A take turns; each has the stack of its own calls, and A its own.
 */
#include "paths.h"

#include <ucontext.h>

int x, y;
ucontext_t home, turns[2];
char rooms[2][65536];

__attribute__((noinline)) static void pause_in(int me) {
    swapcontext(&turns[me], &home);
    y++;
}

__attribute__((noinline)) static void walk(int me, int depth) {
    volatile int here = depth;
    pause_in(me);
    if (depth > 0) {
        walk(me, depth - 1);
    } else if (me == 1) {
        x = 1;
    }
    pause_in(me);
    here++;
}

static void run(int me) {
    walk(me, 2);
    y++;
}

__attribute__((noinline)) static void resume(int i) {
    swapcontext(&home, &turns[i % 2]);
    y++;
}

static void *a(void *unused) {
    for (int i = 0; i < 2; i++) {
        getcontext(&turns[i]);
        turns[i].uc_stack.ss_sp = rooms[i];
        turns[i].uc_stack.ss_size = sizeof rooms[i];
        turns[i].uc_link = &home;
        makecontext(&turns[i], (void (*)(void))run, 1, i);
    }
    for (int i = 0; i < 14; i++) {
        resume(i);
    }
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
