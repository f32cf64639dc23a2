/* Rule    memory.unaligned  [HB-M-01]
 * Expect  none
 * Why     main writes the byte behind A's unaligned word.
 * Twin    unaligned_races.c
 */
#include "raddle.h"

#include "../invisible.h"

union {
    struct __attribute__((packed)) {
        char pad[2];
        int word;
    } s;
    char bytes[8];
} u;

static void a(void *unused) {
    u.s.word = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    u.bytes[6] = 2;
    return 0;
}
