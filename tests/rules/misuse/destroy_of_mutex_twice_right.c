/* Rule    misuse.destroy_of_mutex_twice  [POSIX]
 * Expect  none
 * Why     it was made anew.
 * Twin    destroy_of_mutex_twice_wrong.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutex_init(&m, NULL);
    pthread_mutex_destroy(&m);
    pthread_mutex_init(&m, NULL);
    pthread_mutex_destroy(&m);
    return 0;
}
