/* Rule    misuse.malloc_in_a_handler  [POSIX 2.4.3]
 * Expect  none
 * Listed  malloc in the handler of a signal
 * Why     the signal could have come within another such call: it is told, and does not fail the run.
 * Twin    malloc_in_a_handler_right.c
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

volatile sig_atomic_t came;

static void handler(int signo) {
    void *volatile block = malloc(10);
    free(block);
    came = signo;
}

int main(void) {
    struct itimerval soon = {.it_value.tv_usec = 1};
    signal(SIGALRM, handler);
    setitimer(ITIMER_REAL, &soon, NULL);
    while (came == 0) {
    }
    return soon.it_interval.tv_sec != 0;
}
