/* Rule    rwmutex.parked-reader  [HB-RW-01, HB-RW-02]
 * Expect  race x
 * Why     the writer that lets it in writes afterwards.
 * Twin    parked_reader_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;
rdl_rwmutex l;

static void a(void *unused) {
    await_parked("sync.RWMutex.RLock");
    rdl_rwmutex_unlock(&l);
    x = 1;
    mark(1);
}

int main(void) {
    rdl_rwmutex_lock(&l);
    rdl_go(a, NULL);
    rdl_rwmutex_rlock(&l);
    await(1);
    x = 2;
    return 0;
}
