/* Rule    history.longjmp-keeps-stacks  [D4]
 * Expect  none
 * Stack   write_x a
 * Why     A tells main when it is through.
 * Twin    longjmp_keeps_stacks_races.c
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
    rdl_recv(told, NULL);
    x = 2;
}
