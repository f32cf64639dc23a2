/* Rule    memory.memcpy-range  [HB-M-01]
 * Expect  none
 * Why     main writes right behind the bytes that A copies.
 * Twin    memcpy_range_races.c
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
    buffer[64] = 1;
    return 0;
}
