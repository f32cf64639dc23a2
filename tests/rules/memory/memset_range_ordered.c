/* Rule    memory.memset-range  [HB-M-01]
 * Expect  none
 * Why     main reads right before the bytes that A sets.
 * Twin    memset_range_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <string.h>

char buffer[64];

static void a(void *size) {
    memset(buffer + 13, 0, *(size_t *)size);
    mark(1);
}

int main(void) {
    size_t size = 40;
    rdl_go(a, &size);
    await(1);
    return buffer[12];
}
