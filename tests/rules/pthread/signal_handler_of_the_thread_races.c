/* Rule    pthread.signal_handler_of_the_thread  [HB-PT-08]
 * Expect  race x
 * Why     a signal to another thread orders nothing.
 * Twin    signal_handler_of_the_thread_ordered.c
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
    pthread_kill(thread, SIGUSR1);
    await(0);
    pthread_join(thread, NULL);
    return 0;
}
