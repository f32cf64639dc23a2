/* Rule    deadlock.beside_a_tick  [D8]
 * Expect  none
 * Why     main goes on by itself.
 * Twin    beside_a_tick_stuck.c
 */
#include "raddle.h"

#include <signal.h>
#include <stdlib.h>

rdl_chan *signals;

static void lock_and_go(void *mutex) {
    rdl_recv(signals, &(int){0});
    rdl_mutex_lock(mutex);
    rdl_mutex_unlock(mutex);
}

/* While it goes on, nobody can say that all wait. */
static void tick(void *unused) {
    for (;;) {
        rdl_sleep(RDL_MILLISECOND);
    }
}

int main(void) {
    rdl_mutex *mutex = calloc(1, sizeof *mutex);
    rdl_chan *answer = rdl_chan_make(0, 0);
    signals = RDL_CHAN(int, 1);
    rdl_signal_notify(signals, SIGUSR1);
    rdl_go(lock_and_go, mutex);
    rdl_go(tick, NULL);
    rdl_mutex_lock(mutex);
    raise(SIGUSR1);
    rdl_sleep(RDL_MILLISECOND);
    rdl_sleep(answer != NULL ? RDL_SECOND : 0);
    rdl_mutex_unlock(mutex);
}
