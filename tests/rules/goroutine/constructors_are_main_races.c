/* Rule    goroutine.constructors-are-main  [IN-01]
 * Expect  race x
 * Why     the constructor's goroutine writes x after it has told main.
 * Twin    constructors_are_main_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *unused) {
    rdl_close(told);
    x += 3;
    mark(1);
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
