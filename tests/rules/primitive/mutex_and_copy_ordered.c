/* Rule    primitive.mutex-and-copy  [RP-08]
 * Expect  none
 * Why     main copies the lock before there is anybody else.
 * Twin    mutex_and_copy_races.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex l, copy;

static void a(void *unused) {
    rdl_mutex_lock(&l);
    rdl_mutex_unlock(&l);
    mark(1);
}

int main(void) {
    copy = l;
    rdl_go(a, NULL);
    await(1);
    return 0;
}
