/* Rule    primitive.mutex-and-copy  [RP-08]
 * Expect  race l
 * Why     main copies a lock that another task uses.
 * Twin    mutex_and_copy_ordered.c
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
    rdl_go(a, NULL);
    await(1);
    copy = l;
    return 0;
}
