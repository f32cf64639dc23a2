/* Rule    deadlock.handler_put_back  [D8]
 * Expect  none
 * Why     it was installed once more: it may post, whenever a signal comes.
 * Twin    handler_put_back_stuck.c
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
    unsigned soon_s = 1;
    sem_init(&s, 0, 0);
    signal(SIGALRM, on_signal);
    signal(SIGALRM, on_signal);
    alarm(soon_s);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
