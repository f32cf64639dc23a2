/* Rule    pthread.signal_handler_of_the_thread  [HB-PT-08]
 * Expect  none
 * Why     a handler is code of the thread that it interrupts.
 * Twin    signal_handler_of_the_thread_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <signal.h>

int x;

static void handle(int signo) {
    (void)signo;
    x++;
    mark(0);
}

static void *a(void *unused) {
    await(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    signal(SIGUSR1, handle);
    pthread_create(&thread, NULL, a, NULL);
    x = 1;
    pthread_kill(pthread_self(), SIGUSR1);
    await(0);
    pthread_join(thread, NULL);
    return 0;
}
