/* Rule    misuse.printf_in_a_handler  [POSIX 2.4.3]
 * Expect  none
 * Why     it comes where it was raised.
 * Twin    printf_in_a_handler_wrong.c
 */
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

volatile sig_atomic_t came;

static void handler(int signo) {
    printf("%d\n", signo);
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
