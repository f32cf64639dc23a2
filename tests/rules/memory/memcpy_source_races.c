/* Rule    memory.memcpy-source  [HB-M-01]
 * Expect  race source
 * Why     main writes the first byte that A copies from.
 * Twin    memcpy_source_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <string.h>

char buffer[64], source[65];

static void a(void *size) {
    memcpy(buffer, source + 1, *(size_t *)size);
    mark(1);
}

int main(void) {
    size_t size = 63;
    rdl_go(a, &size);
    await(1);
    source[1] = 1;
    return 0;
}
