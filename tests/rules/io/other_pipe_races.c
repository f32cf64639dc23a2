/* Rule    io.other-pipe  [HB-IO-01, LT-38]
 * Expect  race x
 * Why     main reads from another pipe than A wrote to.
 * Twin    other_pipe_ordered.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"

int x, ends[2], others[2];

static void a(void *unused) {
    x = 1;
    rdl_write(ends[1], "a", 1, 0);
    mark(1);
}

int main(void) {
    char got;
    pipe(ends);
    pipe(others);
    rdl_write(others[1], "o", 1, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_read(others[0], &got, 1, 0);
    x = 2;
    return 0;
}
