/* Rule    deadlock.goroutine_reader_behind_writer  [D8]
 * Expect  none
 * Why     it lets its share go first.
 * Twin    goroutine_reader_behind_writer_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_rwmutex m;

static void reader(void *unused) {
    rdl_rwmutex_rlock(&m);
    mark(0);
    await_parked("sync.RWMutex.Lock");
    rdl_rwmutex_runlock(&m);
    rdl_rwmutex_rlock(&m);
    rdl_rwmutex_runlock(&m);
    mark(1);
}

static void writer(void *unused) {
    await(0);
    rdl_rwmutex_lock(&m);
    rdl_rwmutex_unlock(&m);
    mark(1);
}

int main(void) {
    rdl_go(reader, NULL);
    rdl_go(writer, NULL);
    await_over_or_parked(2, 1, "sync.RWMutex.");
    return 0;
}
