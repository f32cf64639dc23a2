/* Rule    deadlock.posted_by_a_handler  [D8]
 * Expect  none
 * Why     a handler may, whenever a signal comes.
 * Twin    posted_by_a_handler_stuck.c
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
    struct itimerval soon = {.it_value = {.tv_sec = 1}};
    sem_init(&s, 0, 0);
    signal(SIGALRM, on_signal);
    setitimer(ITIMER_REAL, &soon, NULL);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
