/* Rule    pthread.barrier-rounds  [HB-PT-05]
 * Expect  none
 * Why     A arrives for the second round after it has written.
 * Twin    barrier_rounds_races.c
 */
#include <pthread.h>
#include <stddef.h>

int x;
pthread_barrier_t b;

static void *a(void *unused) {
    pthread_barrier_wait(&b);
    x = 1;
    pthread_barrier_wait(&b);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&thread, NULL, a, NULL);
    pthread_barrier_wait(&b);
    pthread_barrier_wait(&b);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
