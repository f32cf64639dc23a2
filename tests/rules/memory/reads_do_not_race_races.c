/* Rule    memory.reads-do-not-race  [HB-M-01]
 * Expect  race x
 * Why     a read and a write are.
 * Twin    reads_do_not_race_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
static void a(void *unused) {
    give(x == 0 ? &x : NULL);
}

int main(void) {
    rdl_go(a, NULL);
    take();
    x = 2;
}
