/* Rule    deadlock.nobody_has_the_condition  [D8]
 * Expect  deadlock
 * Why     only the thread that waits has the queue.
 * Twin    nobody_has_the_condition_free.c
 */
#include "../detached.h"
#include "../told.h"
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
} * kept;

static void *consumer(void *argument) {
    struct queue *q = argument;
    pthread_mutex_lock(&q->mutex);
    mark(0);
    pthread_cond_wait(&q->filled, &q->mutex);
    pthread_mutex_unlock(&q->mutex);
    mark(1);
    return NULL;
}

APART static struct queue *start(void) {
    struct queue *q = calloc(1, sizeof *q);
    start_detached(consumer, q);
    return NULL;
}

int main(void) {
    kept = start();
    await_times(0, 1);
    TOLD;
    for (int i = 0; kept != NULL && i < 1; i++) {
        pthread_mutex_lock(&kept->mutex);
        pthread_cond_signal(&kept->filled);
        pthread_mutex_unlock(&kept->mutex);
        await(1);
    }
}
