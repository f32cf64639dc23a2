/* Rule    deadlock.goroutine_reader_becomes_writer  [D8]
 * Expect  deadlock
 * Why     a goroutine that reads wants to write: it waits for itself.
 * Twin    goroutine_reader_becomes_writer_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_rwmutex m;

static void task(void *unused) {
    rdl_rwmutex_rlock(&m);
    mark(1);
    rdl_rwmutex_lock(&m);
    rdl_rwmutex_unlock(&m);
    mark(0);
}

int main(void) {
    rdl_go(task, NULL);
    await_over_or_parked(1, 0, "sync.RWMutex.Lock");
    return 0;
}
