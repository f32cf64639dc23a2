/* Rule    pthread.barrier  [HB-PT-05]
 * Expect  race x
 * Why     A writes after it has departed.
 * Twin    barrier_ordered.c
 */
#include <pthread.h>
#include <stddef.h>

int x;
pthread_barrier_t b;

static void *a(void *unused) {
    pthread_barrier_wait(&b);
    x = 1;
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&b, NULL, 2);
    pthread_create(&thread, NULL, a, NULL);
    pthread_barrier_wait(&b);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
