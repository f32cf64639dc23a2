/* Rule    io.close-of-awaited  [IO-03]
 * Expect  none
 * Why     rdl_close_fd wakes A.
 * Twin    close_of_awaited_races.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"
#include "../parked.h"

int ends[2];

static void a(void *unused) {
    char byte;
    rdl_read(ends[0], &byte, 1, rdl_now() + RDL_SECOND);
    mark(1);
}

int main(void) {
    pipe(ends);
    rdl_go(a, NULL);
    await_parked("[IO wait]");
    rdl_close_fd(ends[0]);
    await(1);
    return 0;
}
