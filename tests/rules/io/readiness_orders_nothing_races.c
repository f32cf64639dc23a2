/* Rule    io.readiness-orders-nothing  [HB-IO-01]
 * Expect  race x
 * Why     main only knows that there is a byte.
 * Twin    readiness_orders_nothing_ordered.c
 */
#include "raddle.h"

#include <poll.h>
#include <unistd.h>

#include "../invisible.h"

int x, ends[2];

static void a(void *unused) {
    x = 1;
    rdl_write(ends[1], "a", 1, 0);
    mark(1);
}

int main(void) {
    pipe(ends);
    rdl_go(a, NULL);
    await(1);
    rdl_poll_fd(ends[0], POLLIN, 0);
    x = 2;
    return 0;
}
