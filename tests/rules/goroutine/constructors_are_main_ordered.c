/* Rule    goroutine.constructors-are-main  [IN-01]
 * Expect  none
 * Why     what a constructor did, main did; its goroutine runs beside main, and tells it.
 * Twin    constructors_are_main_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *unused) {
    x += 3;
    mark(1);
    rdl_close(told);
}

__attribute__((constructor)) static void begin(void) {
    x = (int)rdl_task_id();
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
}

int main(void) {
    rdl_recv(told, NULL);
    await(1);
    x += (int)rdl_task_id();
    return x != 5;
}
