/* Rule    memory.reads-do-not-race  [HB-M-01]
 * Expect  none
 * Why     two reads are no conflict.
 * Twin    reads_do_not_race_races.c
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
    return x;
}
