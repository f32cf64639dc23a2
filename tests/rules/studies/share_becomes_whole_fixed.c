/* Rule    studies.share_becomes_whole  [Tu19]
 * Expect  none
 * Why     it lets go of its share before.
 * Twin    share_becomes_whole_buggy.c
 */
#include "raddle.h"

static rdl_rwmutex l;
static int size;

static void grow(void) {
    rdl_rwmutex_rlock(&l);
    int now = size;
    rdl_rwmutex_runlock(&l);
    rdl_rwmutex_lock(&l);
    size = now + 1;
    rdl_rwmutex_unlock(&l);
}

int main(void) {
    grow();
    return size != 1;
}
