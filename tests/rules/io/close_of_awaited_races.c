/* Rule    io.close-of-awaited  [IO-03]
 * Expect  misuse
 * Why     close(2) does not wake A, whose number may now be another file.
 * Twin    close_of_awaited_ordered.c
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
    close(ends[0]);
    await(1);
    return 0;
}
