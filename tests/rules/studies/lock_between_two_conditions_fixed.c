/* Rule    studies.lock_between_two_conditions  [Lu08]
 * Expect  none
 * Why     who waits holds the inner one alone.
 * Twin    lock_between_two_conditions_buggy.c
 */
#include "../asleep.h"

#include <pthread.h>

static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int full;

static void *take(void *unused) {
    pthread_mutex_lock(&outer);
    pthread_mutex_unlock(&outer);
    pthread_mutex_lock(&inner);
    while (!full) {
        pthread_cond_wait(&c, &inner);
    }
    pthread_mutex_unlock(&inner);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, take, NULL);
    await_sleepers(1);
    pthread_mutex_lock(&outer);
    pthread_mutex_lock(&inner);
    full = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&inner);
    pthread_mutex_unlock(&outer);
    return pthread_join(thread, NULL);
}
