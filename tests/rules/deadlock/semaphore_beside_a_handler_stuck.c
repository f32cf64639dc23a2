/* Rule    deadlock.semaphore_beside_a_handler  [D8]
 * Expect  deadlock
 * Why     nobody has the semaphore any more, and a wait goes on after the handler.
 * Twin    semaphore_beside_a_handler_free.c
 */
#include "../detached.h"
#include "../told.h"

#include <signal.h>
#include <unistd.h>

static void handle(int signo) {
    (void)signo;
}

APART static void start(void) {
    (void)start_waiting_for_post();
}

int main(void) {
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigaction(SIGUSR1, &action, NULL);
    start();
    pthread_sigmask(SIG_BLOCK, &one, NULL); /* it comes to the thread that waits */
    await_times(0, 1);
    if (action.sa_flags != 0) {
        TOLD;
    } else {
        UNTOLD;
        kill(getpid(), SIGUSR1);
        await(1);
    }
}
