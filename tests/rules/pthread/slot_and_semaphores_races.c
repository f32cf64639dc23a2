/* Rule    pthread.slot_and_semaphores  [HB-PT-06]
 * Expect  race slot
 * Why     it is said to be free before it was read.
 * Twin    slot_and_semaphores_ordered.c
 */
#include <pthread.h>
#include <semaphore.h>

enum { ITEMS = 50 };
int slot, sum;
sem_t is_free, is_full;

static void *produce(void *unused) {
    for (int i = 0; i < ITEMS; i++) {
        sem_wait(&is_free);
        slot = i;
        sem_post(&is_full);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&is_free, 0, 1);
    sem_init(&is_full, 0, 0);
    pthread_create(&thread, NULL, produce, NULL);
    for (int i = 0; i < ITEMS; i++) {
        sem_wait(&is_full);
        sem_post(&is_free);
        sum += slot;
    }
    pthread_join(thread, NULL);
    return 0;
}
