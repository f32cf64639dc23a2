/* Rule    history.longjmp-keeps-stacks  [D4]
 * Expect  race x
 * Stack   write_x a
 * Why     A left a function by longjmp before it wrote; it is not in its stack any more.
 * Twin    longjmp_keeps_stacks_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <setjmp.h>

int x;
jmp_buf home;
rdl_chan *told;

__attribute__((noinline)) static void leave(void) {
    longjmp(home, 1);
}

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

static void a(void *unused) {
    if (setjmp(home) == 0) {
        leave();
    }
    write_x();
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    x = 2;
}
