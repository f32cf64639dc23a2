/* Rule    misuse.barrier_after_destroy  [POSIX]
 * Expect  none
 * Why     it was made anew.
 * Twin    barrier_after_destroy_wrong.c
 */
#include <pthread.h>

pthread_barrier_t b;

int main(void) {
    pthread_barrier_init(&b, NULL, 1);
    pthread_barrier_destroy(&b);
    pthread_barrier_init(&b, NULL, 1);
    pthread_barrier_wait(&b);
    return 0;
}
