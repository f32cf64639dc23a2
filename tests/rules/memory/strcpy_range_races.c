/* Rule    memory.strcpy-range  [HB-M-01]
 * Expect  race buffer
 * Why     main writes the terminator.
 * Twin    strcpy_range_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <string.h>

char buffer[32];

static void a(void *text) {
    strcpy(buffer, text);
    mark(1);
}

int main(void) {
    char text[] = "eight...";
    rdl_go(a, text);
    await(1);
    buffer[8] = 1;
    return 0;
}
