/* Rule    deadlock.alarm_ahead  [D8]
 * Expect  none
 * Why     its handler posts.
 * Twin    alarm_ahead_stuck.c
 */
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

sem_t s;

void post(int signo) {
    sem_post(&s);
}

int main(void) {
    sem_init(&s, 0, 0);
    signal(SIGALRM, post);
    alarm(1);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
