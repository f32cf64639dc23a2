/* Rule    rwmutex.all-readers-before-writer  [HB-RW-03]
 * Expect  race x
 * Why     the second reader writes after it has left.
 * Twin    all_readers_before_writer_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x, y;
rdl_rwmutex l;

static void a(void *unused) {
    rdl_rwmutex_rlock(&l);
    y = 1;
    mark(1);
    await(2);
    rdl_rwmutex_runlock(&l);
    mark(3);
}

static void b(void *unused) {
    await(1);
    rdl_rwmutex_rlock(&l);
    rdl_rwmutex_runlock(&l);
    x = 1;
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await(3);
    rdl_rwmutex_lock(&l);
    x = y;
    return 0;
}
