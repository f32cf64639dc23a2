/* Rule    deadlock.goroutine_reader_becomes_writer  [D8]
 * Expect  none
 * Why     it lets its share go first.
 * Twin    goroutine_reader_becomes_writer_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_rwmutex m;

static void task(void *unused) {
    rdl_rwmutex_rlock(&m);
    rdl_rwmutex_runlock(&m);
    rdl_rwmutex_lock(&m);
    rdl_rwmutex_unlock(&m);
    mark(0);
}

int main(void) {
    rdl_go(task, NULL);
    await_over_or_parked(1, 0, "sync.RWMutex.Lock");
    return 0;
}
