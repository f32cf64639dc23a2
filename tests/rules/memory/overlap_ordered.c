/* Rule    memory.overlap  [HB-M-01]
 * Expect  none
 * Why     main writes the byte behind A's word.
 * Twin    overlap_races.c
 */
#include "raddle.h"

#include "../invisible.h"

union {
    int word;
    char bytes[8];
} u;

static void a(void *unused) {
    u.word = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    u.bytes[4] = 2;
    return 0;
}
