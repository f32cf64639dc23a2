/* Rule    cond.wait-on-the-read-side  [HB-CV-01, HB-RW-01]
 * Expect  race x
 * Why     the writer writes after it has left.
 * Twin    wait_on_the_read_side_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;
rdl_rwmutex l;
rdl_cond c;

static void a(void *unused) {
    await_parked("sync.Cond.Wait");
    rdl_rwmutex_lock(&l);
    rdl_rwmutex_unlock(&l);
    x = 1;
    rdl_cond_signal(&c);
}

int main(void) {
    rdl_cond_init_r(&c, &l);
    rdl_rwmutex_rlock(&l);
    rdl_go(a, NULL);
    rdl_cond_wait(&c);
    x = 2;
    return 0;
}
