/* Rule    memory.memmove-range  [HB-M-01]
 * Expect  race buffer
 * Why     main writes the last byte that A moves to.
 * Twin    memmove_range_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <string.h>

char buffer[64];

static void a(void *size) {
    memmove(buffer + 8, buffer, *(size_t *)size);
    mark(1);
}

int main(void) {
    size_t size = 32;
    rdl_go(a, &size);
    await(1);
    buffer[39] = 1;
    return 0;
}
