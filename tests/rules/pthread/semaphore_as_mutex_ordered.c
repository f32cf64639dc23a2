/* Rule    pthread.semaphore_as_mutex  [HB-PT-06]
 * Expect  none
 * Why     a semaphore of one lets one in at a time.
 * Twin    semaphore_as_mutex_races.c
 */
#include <pthread.h>
#include <semaphore.h>

int x;
sem_t s;

static void *a(void *unused) {
    sem_wait(&s);
    x++;
    sem_post(&s);
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 1);
    pthread_create(&thread, NULL, a, NULL);
    a(NULL);
    pthread_join(thread, NULL);
    return 0;
}
