/* Rule    misuse.lock_in_a_handler  [POSIX 2.4.3]
 * Expect  none
 * Why     it comes where it was raised.
 * Twin    lock_in_a_handler_wrong.c
 */
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
volatile sig_atomic_t came;

static void handler(int signo) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    came = signo;
}

int main(void) {
    struct itimerval soon = {.it_value.tv_usec = 1};
    signal(SIGALRM, handler);
    raise(SIGALRM);
    while (came == 0) {
    }
    return soon.it_interval.tv_sec != 0;
}
