/* Rule    misuse.destroy_of_mutex_twice  [POSIX]
 * Expect  misuse m
 * Why     it was destroyed.
 * Twin    destroy_of_mutex_twice_right.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutex_init(&m, NULL);
    pthread_mutex_destroy(&m);
    pthread_mutex_destroy(&m);
    return 0;
}
