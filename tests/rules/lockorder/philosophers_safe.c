/* Rule    lockorder.philosophers  [D9]
 * Expect  none
 * Why     the last takes the lower fork first, as all others.
 * Twin    philosophers_cycle.c
 */
#include "../invisible.h"

#include <pthread.h>

enum { SEATS = 5 };
pthread_mutex_t forks[SEATS];

void *philosopher(void *argument) {
    int seat = (int)(long)argument, right = (seat + 1) % SEATS;
    int low = seat < right ? seat : right, high = seat + right - low;
    await_times(0, seat);
    pthread_mutex_lock(&forks[low]);
    pthread_mutex_lock(&forks[high]);
    pthread_mutex_unlock(&forks[low]);
    pthread_mutex_unlock(&forks[high]);
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t threads[SEATS];
    for (int i = 0; i < SEATS; i++) {
        pthread_mutex_init(&forks[i], NULL);
    }
    for (long i = 0; i < SEATS; i++) {
        pthread_create(&threads[i], NULL, philosopher, (void *)i);
    }
    for (int i = 0; i < SEATS; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
