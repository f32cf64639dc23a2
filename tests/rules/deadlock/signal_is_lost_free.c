/* Rule    deadlock.signal_is_lost  [D8]
 * Expect  none
 * Why     the wait looks first whether it has come.
 * Twin    signal_is_lost_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int come;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    come = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_lock(&m);
    while (come == 0) {
        pthread_cond_wait(&c, &m);
    }
    return pthread_mutex_unlock(&m);
}
