/* Rule    deadlock.signals_for_nobody  [D8, DL-03]
 * Expect  none
 * Why     main waits for the signal.
 * Twin    signals_for_nobody_stuck.c
 */
#include "raddle.h"

#include <signal.h>

rdl_chan *signals, *answers;

int main(void) {
    signals = RDL_CHAN(int, 1);
    answers = RDL_CHAN(int, 1);
    rdl_signal_notify(signals, SIGUSR1);
    raise(SIGUSR1);
    rdl_recv(signals, NULL);
}
