/* Rule    misuse.delete_of_cxx_condition  [POSIX]
 * Expect  misuse condition
 * Also    leak race
 * Why     a thread waits at it yet: its owner is gone.
 * Twin    delete_of_cxx_condition_right.cc
 */
#include "../asleep.h"

#include <pthread.h>

struct queue {
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t c = PTHREAD_COND_INITIALIZER;
    bool over = false;
};

static void *task(void *argument) {
    queue *q = static_cast<queue *>(argument);
    pthread_mutex_lock(&q->m);
    while (!q->over) {
        pthread_cond_wait(&q->c, &q->m);
    }
    pthread_mutex_unlock(&q->m);
    return nullptr;
}

int main() {
    pthread_t thread;
    queue *q = new queue;
    pthread_create(&thread, nullptr, task, q);
    await_sleepers(1);
    delete q;
    return 0;
}
