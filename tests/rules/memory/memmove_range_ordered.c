/* Rule    memory.memmove-range  [HB-M-01]
 * Expect  none
 * Why     main writes right behind the bytes that A moves.
 * Twin    memmove_range_races.c
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
    buffer[40] = 1;
    return 0;
}
