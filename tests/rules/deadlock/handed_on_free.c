/* Rule    deadlock.handed_on  [D8]
 * Expect  none
 * Why     each lets the next one have a turn, thousands of times.
 * Twin    handed_on_stuck.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c[2] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};
int turn, number[2] = {0, 1};

void *task(void *argument) {
    int i = *(int *)argument;
    for (int n = 0; n < 20000; n++) {
        pthread_mutex_lock(&m);
        while (turn != i) {
            pthread_cond_wait(&c[i], &m);
        }
        turn = 1 - i;
        if (n < 20000) {
            pthread_cond_signal(&c[1 - i]);
        }
        pthread_mutex_unlock(&m);
    }
    return NULL;
}

int main(void) {
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&thread[i], NULL, task, &number[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
    }
    return 0;
}
