/* Rule    pthread.semaphore_as_mutex  [HB-PT-06]
 * Expect  race x
 * Why     a semaphore of two lets two in.
 * Twin    semaphore_as_mutex_ordered.c
 */
#include <pthread.h>
#include <semaphore.h>

int x;
sem_t s;

static void *a(void *unused) {
    sem_wait(&s);
    x++;
    return unused;
}

int main(void) {
    pthread_t thread;
    sem_init(&s, 0, 2);
    pthread_create(&thread, NULL, a, NULL);
    a(NULL);
    pthread_join(thread, NULL);
    return 0;
}
