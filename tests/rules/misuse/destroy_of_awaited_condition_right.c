/* Rule    misuse.destroy_of_awaited_condition  [POSIX, C11]
 * Expect  none
 * Why     all were woken before, whether they have left or not.
 * Twin    destroy_of_awaited_condition_wrong.c
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
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
    pthread_cond_destroy(&c);
    return unused;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, waits, NULL);
    await_sleepers(1);
    pthread_create(&thread[1], NULL, destroys, NULL);
    return pthread_join(thread[0], NULL) + pthread_join(thread[1], NULL);
}
