/* Rule    deadlock.three_locks  [D8]
 * Expect  none
 * Why     one of the three has let go.
 * Twin    three_locks_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_mutex_t lock[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                           PTHREAD_MUTEX_INITIALIZER};
int turn[3] = {0, 1, 2};

void *task(void *number) {
    int i = *(int *)number;
    pthread_mutex_lock(&lock[i]);
    mark(0);
    await_times(0, 3);
    if (i == 2) {
        pthread_mutex_unlock(&lock[i]);
        return NULL;
    }
    pthread_mutex_lock(&lock[(i + 1) % 3]);
    pthread_mutex_unlock(&lock[(i + 1) % 3]);
    pthread_mutex_unlock(&lock[i]);
    return NULL;
}

int main(void) {
    pthread_t thread[3];
    for (int i = 0; i < 3; i++) {
        pthread_create(&thread[i], NULL, task, &turn[i]);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(thread[i], NULL);
    }
    return 0;
}
