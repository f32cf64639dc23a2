/* Rule    misuse.barrier_after_destroy  [POSIX]
 * Expect  misuse b
 * Why     it was destroyed.
 * Twin    barrier_after_destroy_right.c
 */
#include <pthread.h>

pthread_barrier_t b;

int main(void) {
    pthread_barrier_init(&b, NULL, 1);
    pthread_barrier_destroy(&b);
    pthread_barrier_wait(&b);
    return 0;
}
