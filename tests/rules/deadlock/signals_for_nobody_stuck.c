/* Rule    deadlock.signals_for_nobody  [D8, DL-03]
 * Expect  deadlock
 * Says    main waits in chan receive, and nobody is left to end the wait
 * Why     a signal would be put into a channel that nobody receives from.
 * Twin    signals_for_nobody_free.c
 */
#include "raddle.h"

#include <signal.h>

rdl_chan *signals, *answers;

int main(void) {
    signals = RDL_CHAN(int, 1);
    answers = RDL_CHAN(int, 1);
    rdl_signal_notify(signals, SIGUSR1);
    raise(SIGUSR1);
    rdl_recv(answers, NULL);
}
