/* Rule    io.close-before-end-of-file  [HB-IO-01]
 * Expect  none
 * Why     A closes the writing end after it has written x, and main reads the end.
 * Twin    close_before_end_of_file_races.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"

int x, ends[2];

static void a(void *unused) {
    x = 1;
    rdl_close_fd(ends[1]);
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
