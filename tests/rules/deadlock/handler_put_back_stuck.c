/* Rule    deadlock.handler_put_back  [D8]
 * Expect  deadlock sem_wait
 * Why     the signal would end the process now: nothing is left that could post.
 * Twin    handler_put_back_free.c
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

sem_t s;

void on_signal(int signo) {
    sem_post(&s);
}

int main(void) {
    unsigned soon_s = 0;
    sem_init(&s, 0, 0);
    signal(SIGALRM, on_signal);
    signal(SIGALRM, SIG_DFL);
    alarm(soon_s);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
