/* Rule    io.buffer-is-read  [HB-CH-14, HB-IO-01]
 * Expect  none
 * Why     A tells main that its write has returned.
 * Twin    buffer_is_read_races.c
 */
#include "raddle.h"

#include <unistd.h>

#include "../invisible.h"

int ends[2];
char buffer[8];
rdl_chan *told;

static void a(void *unused) {
    rdl_write(ends[1], buffer, sizeof buffer, 0);
    mark(1);
    rdl_close(told);
}

int main(void) {
    pipe(ends);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(told, NULL);
    buffer[7] = 0;
    return 0;
}
