/* Rule    io.pipe-write-before-read  [HB-IO-01]
 * Expect  race x
 * Why     A writes x after its write; the read knows nothing of that.
 * Twin    pipe_write_before_read_ordered.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"

int x, ends[2];
long byte = 1;

static void a(void *unused) {
    rdl_write(ends[1], &byte, sizeof byte, 0);
    x = 1;
    mark(1);
}

int main(void) {
    long got;
    pipe(ends);
    rdl_go(a, NULL);
    await(1);
    rdl_read(ends[0], &got, sizeof byte, 0);
    x = 2;
    return 0;
}
