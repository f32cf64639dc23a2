/* Rule    memory.unaligned  [HB-M-01]
 * Expect  race u
 * Why     main writes the last byte of A's word, which lies in the next granule of the shadow.
 * Twin    unaligned_ordered.c
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
    u.bytes[5] = 2;
    return 0;
}
