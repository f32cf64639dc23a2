/* Rule    lockorder.hand_over_hand  [D9]
 * Expect  lock-order
 * Why     it comes from the other end.
 * Twin    hand_over_hand_safe.c
 */
#include "../invisible.h"

#include <pthread.h>

enum { NODES = 10 };
pthread_mutex_t nodes[NODES];

void walk(int from, int step) {
    pthread_mutex_lock(&nodes[from]);
    for (int i = 1; i < NODES; i++, from += step) {
        pthread_mutex_lock(&nodes[from + step]);
        pthread_mutex_unlock(&nodes[from]);
    }
    pthread_mutex_unlock(&nodes[from]);
}

void *task(void *unused) {
    await(0);
    walk(NODES - 1, -1);
    return NULL;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < NODES; i++) {
        pthread_mutex_init(&nodes[i], NULL);
    }
    pthread_create(&thread, NULL, task, NULL);
    walk(0, 1);
    mark(0);
    return pthread_join(thread, NULL);
}
