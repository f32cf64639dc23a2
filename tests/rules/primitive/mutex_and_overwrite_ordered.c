/* Rule    primitive.mutex-and-overwrite  [RP-08]
 * Expect  none
 * Why     main overwrites the lock before there is anybody else.
 * Twin    mutex_and_overwrite_races.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex l;

static void a(void *unused) {
    rdl_mutex_lock(&l);
    rdl_mutex_unlock(&l);
    mark(1);
}

int main(void) {
    l = (rdl_mutex){0};
    rdl_go(a, NULL);
    await(1);
    return 0;
}
