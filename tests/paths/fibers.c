/* Rule    paths.fibers  [D4]
 * Expect  race x
 * Whole   walk walk run
 * Why     Fibers are tasks with stacks of their own; a switch that asks for no order makes none.
 */
#include "paths.h"

#include <ucontext.h>

void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_set_fiber_name(void *fiber, const char *name);

#ifdef ORDERED
enum { FLAGS = 0 };
#else
enum { FLAGS = 1 };
#endif

int x;
static void *fibers[3];
static ucontext_t contexts[3];
static char rooms[3][65536];

/* No hooks: a frame that is entered in one fiber and left in another would bend both. */
INVISIBLE void go(int from, int to) {
    __tsan_switch_to_fiber(fibers[to], FLAGS);
    swapcontext(&contexts[from], &contexts[to]);
}

__attribute__((noinline)) static void walk(int me, int depth) {
    if (depth > 0) {
        walk(me, depth - 1);
        go(me, 0);
    } else {
        go(me, 0);
        x += me;
    }
}

static void run(int me) {
    walk(me, 1);
    go(me, 0);
}

int main(void) {
    fibers[0] = __tsan_get_current_fiber();
    for (int i = 1; i < 3; i++) {
        fibers[i] = __tsan_create_fiber(0);
        __tsan_set_fiber_name(fibers[i], i == 1 ? "one" : "two");
        getcontext(&contexts[i]);
        contexts[i].uc_stack.ss_sp = rooms[i];
        contexts[i].uc_stack.ss_size = sizeof rooms[i];
        makecontext(&contexts[i], (void (*)(void))run, 1, i);
    }
    for (int i = 0; i < 6; i++) {
        go(0, 1 + i % 2);
    }
    __tsan_destroy_fiber(fibers[1]);
    __tsan_destroy_fiber(fibers[2]);
    return 0;
}
