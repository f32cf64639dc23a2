/* Rule    io.socketpair-write-before-read  [HB-IO-01]
 * Expect  none
 * Why     the read returns what A wrote after it had written x.
 * Twin    socketpair_write_before_read_races.c
 */
#include "raddle.h"

#include <sys/socket.h>

#include "../invisible.h"

int x, ends[2];
long byte = 1;

static void a(void *unused) {
    x = 1;
    rdl_write(ends[1], &byte, sizeof byte, 0);
    mark(1);
}

int main(void) {
    long got;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    rdl_go(a, NULL);
    await(1);
    rdl_read(ends[0], &got, sizeof byte, 0);
    x = 2;
    return 0;
}
