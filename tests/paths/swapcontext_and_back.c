/* Rule    paths.swapcontext-and-back  [D4]
 * Expect  race x
 * Whole   write_x middle a
 * Why     A thousand coroutines, some left for ever, one resumed by another thread: A's stack is its own.
 */
#include "paths.h"

#include <ucontext.h>

enum { COROUTINES = 1000 };

int x, y;
static ucontext_t home, other_home, turns[COROUTINES];
static char rooms[COROUTINES][32768];

__attribute__((noinline)) static void rest(int me) {
    swapcontext(&turns[me], &home);
    y++;
}

static void run(int me) {
    y++;
    rest(me);
    y++;
    setcontext(&other_home); /* of the thread that came for it */
}

static void *finish(void *unused) {
    swapcontext(&other_home, &turns[0]);
    y++;
    return unused;
}

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

__attribute__((noinline)) static void middle(void) {
    char local[32768];
    for (int i = 0; i < COROUTINES; i++) {
        getcontext(&turns[i]);
        turns[i].uc_stack.ss_sp = i % 2 ? local : rooms[i];
        turns[i].uc_stack.ss_size = sizeof local;
        turns[i].uc_link = &home;
        makecontext(&turns[i], (void (*)(void))run, 1, i);
        swapcontext(&home, &turns[i]);
    }
    y += local[0] != 0;
    pthread_t thread;
    pthread_create(&thread, NULL, finish, NULL);
    pthread_join(thread, NULL);
    write_x();
    mark(1);
}

static void *a(void *unused) {
    middle();
    y++;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
