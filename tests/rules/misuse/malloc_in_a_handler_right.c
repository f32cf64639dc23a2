/* Rule    misuse.malloc_in_a_handler  [POSIX 2.4.3]
 * Expect  none
 * Why     it comes where it was raised.
 * Twin    malloc_in_a_handler_wrong.c
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
    raise(SIGALRM);
    while (came == 0) {
    }
    return soon.it_interval.tv_sec != 0;
}
