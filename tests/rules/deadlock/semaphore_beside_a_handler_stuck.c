/* Rule    deadlock.semaphore_beside_a_handler  [D8]
 * Expect  deadlock
 * Why     nobody has the semaphore any more, and a wait goes on after the handler.
 * Twin    semaphore_beside_a_handler_free.c
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
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    start();
    await_times(0, 1);
    await_told(action.sa_flags != 0 ? 60000 : 1500);
    send_to_other(SIGUSR1);
    if (action.sa_flags == 0) {
        await(1);
    }
}
