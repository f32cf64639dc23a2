/* Rule    memory.adjacent-bytes  [HB-M-01]
 * Expect  race bytes
 * Why     the same byte.
 * Twin    adjacent_bytes_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

char bytes[4];

static void a(void *unused) {
    bytes[1] = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    bytes[1] = 2;
    return 0;
}
