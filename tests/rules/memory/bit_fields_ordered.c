/* Rule    memory.bit-fields  [HB-C11-05, C11 3.14]
 * Expect  none
 * Why     a bit-field of width 0 between them makes them two locations.
 * Twin    bit_fields_races.c
 */
#include "raddle.h"

#include "../invisible.h"

struct {
    int a : 4;
    int : 0;
    int b : 4;
} s;

static void a(void *unused) {
    s.a = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    s.b = 1;
    return 0;
}
