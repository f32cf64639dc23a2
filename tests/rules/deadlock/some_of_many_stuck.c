/* Rule    deadlock.some_of_many  [D8]
 * Expect  deadlock
 * Why     two are stuck, and main ends the process without them.
 * Twin    some_of_many_free.c
 */
#include "../asleep.h"
#include "../invisible.h"

#include <pthread.h>
#include <stdlib.h>

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t *first[2] = {&a, &b}, *second[2] = {&b, &a};
int turn[2] = {0, 1};

void *task(void *number) {
    int i = *(int *)number;
    pthread_mutex_lock(first[i]);
    mark(0);
    await_times(0, 2);
    if ((i < 0 ? pthread_mutex_trylock : pthread_mutex_lock)(second[i]) == 0) {
        pthread_mutex_unlock(second[i]);
    }
    pthread_mutex_unlock(first[i]);
    mark(1);
    return NULL;
}

int main(void) {
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&thread[i], NULL, task, &turn[i]);
        pthread_detach(thread[i]);
    }
    await_times(0, 2);
    await_sleepers(2);
    exit(0);
}
