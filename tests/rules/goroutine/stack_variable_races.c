/* Rule    goroutine.stack-variable  [HB-M-01]
 * Expect  race
 * Why     a variable on main's stack, shared by pointer, is memory like any other.
 * Twin    stack_variable_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *told;

static void a(void *arg) {
    int *n = arg;
    *n = 1;
    mark(1);
    rdl_close(told);
}

int main(void) {
    int local = 0;
    told = rdl_chan_make(0, 0);
    rdl_go(a, &local);
    await(1);
    local++;
    return local == 2 ? 0 : 1;
}
