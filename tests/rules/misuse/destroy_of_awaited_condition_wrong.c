/* Rule    misuse.destroy_of_awaited_condition  [POSIX, C11]
 * Expect  misuse c
 * Also    race
 * Why     the other thread waits at it.
 * Twin    destroy_of_awaited_condition_right.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *waits(void *unused) {
    pthread_mutex_lock(&m);
    pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return unused;
}

void *destroys(void *unused) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_cond_destroy(&c);
    return unused;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, waits, NULL);
    await_sleepers(1);
    pthread_create(&thread[1], NULL, destroys, NULL);
    await_sleepers(2);
    pthread_cond_broadcast(&c);
    return pthread_join(thread[0], NULL) + pthread_join(thread[1], NULL);
}
