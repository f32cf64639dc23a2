/* Rule    deadlock.semaphore_beside_a_handler  [D8]
 * Expect  none
 * Why     who waits is interrupted by the handler, and goes on.
 * Twin    semaphore_beside_a_handler_stuck.c
 */
#include "../detached.h"
#include "../told.h"

static void handle(int signo) {
    (void)signo;
}

APART static void start(void) {
    (void)start_waiting_for_post();
}

int main(void) {
    struct sigaction action = {.sa_handler = handle, .sa_flags = 0};
    sigaction(SIGUSR1, &action, NULL);
    start();
    await_times(0, 1);
    await_told(action.sa_flags != 0 ? 60000 : 1500);
    send_to_other(SIGUSR1);
    if (action.sa_flags == 0) {
        await(1);
    }
}
