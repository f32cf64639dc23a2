/* Rule    time.function-orders-no-function  [HB-TM-02, RaceAfterFunc3]
 * Expect  race x
 * Why     two functions of two timers, one after the other, know nothing of each other.
 * Twin    function_orders_no_function_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void f(void *unused) {
    x = 1;
    mark(1);
    rdl_close(told);
}

static void g(void *unused) {
    await(1);
    x = 2;
    mark(2);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_after_func(RDL_MILLISECOND, f, NULL);
    rdl_after_func(RDL_MILLISECOND, g, NULL);
    await(2);
    return 0;
}
