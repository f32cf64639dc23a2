/* Rule    deadlock.alarm_ahead  [D8]
 * Expect  deadlock sem_wait
 * Why     all that the alarm could do is to end the process.
 * Twin    alarm_ahead_free.c
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
    signal(SIGALRM, SIG_DFL);
    alarm(60);
    while (sem_wait(&s) != 0) {
    }
    return 0;
}
