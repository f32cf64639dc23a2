/* Rule    memory.strcpy-range  [HB-M-01]
 * Expect  none
 * Why     main writes behind the terminator that A copies.
 * Twin    strcpy_range_races.c
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
    buffer[9] = 1;
    return 0;
}
