/* Rule    memory.struct-copy  [HB-M-01]
 * Expect  race pairs
 * Why     main reads the last member of the structure that A assigns.
 * Twin    struct_copy_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

struct pair {
    long first, second, third, fourth;
} pairs[3], one;

static void a(void *unused) {
    pairs[1] = one;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    return (int)pairs[1].fourth;
}
