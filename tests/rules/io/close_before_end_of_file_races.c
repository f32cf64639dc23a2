/* Rule    io.close-before-end-of-file  [HB-IO-01]
 * Expect  race x
 * Why     A writes x after it has closed.
 * Twin    close_before_end_of_file_ordered.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"

int x, ends[2];

static void a(void *unused) {
    rdl_close_fd(ends[1]);
    x = 1;
    mark(1);
}

int main(void) {
    char got;
    pipe(ends);
    rdl_go(a, NULL);
    await(1);
    rdl_read(ends[0], &got, 1, 0);
    x = 2;
    return 0;
}
