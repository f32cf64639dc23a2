/* Rule    deadlock.condition_with_another_lock  [D8]
 * Expect  none
 * Why     the waiter keeps none.
 * Twin    condition_with_another_lock_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int come;

void *task(void *unused) {
    await(0);
    pthread_mutex_lock(&outer);
    pthread_mutex_lock(&m);
    come = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    pthread_mutex_unlock(&outer);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    pthread_mutex_lock(&m);
    mark(0);
    while (come == 0) {
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
    return pthread_join(thread, NULL);
}
