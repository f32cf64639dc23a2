/* Rule    lockorder.flag_in_cycle_of_goroutines  [D9, HB-CV-01]
 * Expect  lock-order
 * Why     who asks for nothing does not come second.
 * Twin    flag_in_cycle_of_goroutines_safe.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_mutex a, b;
rdl_cond c = RDL_COND_INIT(&a);
bool ready;

__attribute__((unused)) static void wait_for_it(void) {
    rdl_mutex_lock(&a);
    while (!ready) {
        rdl_cond_wait(&c);
    }
    rdl_mutex_unlock(&a);
}

static void tell(void *unused) {
    rdl_mutex_lock(&a);
    rdl_mutex_lock(&b);
    ready = true;
    rdl_mutex_unlock(&b);
    rdl_cond_broadcast(&c);
    rdl_mutex_unlock(&a);
    mark(0);
}

int main(void) {
    rdl_go(tell, NULL);
    await(0);
    rdl_mutex_lock(&b);
    rdl_mutex_lock(&a);
    rdl_mutex_unlock(&a);
    rdl_mutex_unlock(&b);
}
