/* Rule    memory.memcpy-range  [HB-M-01]
 * Expect  race buffer
 * Why     main writes the last byte that A copies.
 * Twin    memcpy_range_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <string.h>

char buffer[65], source[64];

static void a(void *size) {
    memcpy(buffer, source, *(size_t *)size);
    mark(1);
}

int main(void) {
    size_t size = 64;
    rdl_go(a, &size);
    await(1);
    buffer[63] = 1;
    return 0;
}
