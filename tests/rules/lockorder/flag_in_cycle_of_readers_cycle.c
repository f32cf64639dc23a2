/* Rule    lockorder.flag_in_cycle_of_readers  [D9, HB-CV-01]
 * Expect  lock-order
 * Why     who asks for nothing does not come second.
 * Twin    flag_in_cycle_of_readers_safe.c
 */
#include "raddle.h"

#include "../invisible.h"
rdl_rwmutex a;
rdl_mutex b;
rdl_cond c;
bool ready;

__attribute__((unused)) static void wait_for_it(void) {
    rdl_rwmutex_rlock(&a);
    while (!ready) {
        rdl_cond_wait(&c);
    }
    rdl_rwmutex_runlock(&a);
}

static void tell(void *unused) {
    rdl_rwmutex_lock(&a);
    rdl_mutex_lock(&b);
    ready = true;
    rdl_mutex_unlock(&b);
    rdl_cond_broadcast(&c);
    rdl_rwmutex_unlock(&a);
    mark(0);
}

int main(void) {
    rdl_cond_init_r(&c, &a);
    rdl_go(tell, NULL);
    await(0);
    rdl_mutex_lock(&b);
    rdl_rwmutex_rlock(&a);
    rdl_rwmutex_runlock(&a);
    rdl_mutex_unlock(&b);
}
