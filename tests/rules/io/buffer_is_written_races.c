/* Rule    io.buffer-is-written  [HB-CH-14, HB-IO-01]
 * Expect  race buffer
 * Why     rdl_read has written the buffer, and nobody tells main.
 * Twin    buffer_is_written_ordered.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"

int ends[2];
char buffer[8];
rdl_chan *told;

static void a(void *unused) {
    rdl_read(ends[0], buffer, sizeof buffer, 0);
    mark(1);
    rdl_close(told);
}

int main(void) {
    pipe(ends);
    told = rdl_chan_make(0, 0);
    rdl_write(ends[1], "abcdefgh", 8, 0);
    rdl_go(a, NULL);
    await(1);
    buffer[7] = 0;
    return 0;
}
