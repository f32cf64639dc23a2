/* Rule    pthread.barrier-rounds  [HB-PT-05]
 * Expect  race x
 * Why     who leaves the first round late has learned nothing of the arrivals for the second.
 * Twin    barrier_rounds_ordered.c
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
    x = 2;
    pthread_barrier_wait(&b);
    pthread_join(thread, NULL);
    return 0;
}
