/* Rule    misuse.lock_of_a_parents_waiter  [POSIX, C11]
 * Expect  none
 * Why     a thread of the parent held it, and slept, when it forked: the child makes it anew.
 * Twin    lock_of_a_parents_waiter_wrong.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
sem_t over;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    sem_wait(&over);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&over, 0, 0);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    if (fork() == 0) {
        exit(pthread_mutex_init(&m, NULL));
    }
    wait(NULL);
    sem_post(&over);
    return pthread_join(thread, NULL);
}
