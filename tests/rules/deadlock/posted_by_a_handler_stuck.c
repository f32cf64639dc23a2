/* Rule    deadlock.posted_by_a_handler  [D8]
 * Expect  deadlock sem_wait
 * Why     nothing is left that could post.
 * Twin    posted_by_a_handler_free.c
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

sem_t s;

void on_signal(int signo) {
    sem_post(&s);
}

int main(void) {
    struct itimerval soon = {.it_value = {.tv_sec = 0}};
    sem_init(&s, 0, 0);
    signal(SIGALRM, SIG_IGN);
    setitimer(ITIMER_REAL, &soon, NULL);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
