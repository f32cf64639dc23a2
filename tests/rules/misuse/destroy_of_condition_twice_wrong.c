/* Rule    misuse.destroy_of_condition_twice  [POSIX]
 * Expect  misuse c
 * Why     it was destroyed.
 * Twin    destroy_of_condition_twice_right.c
 */
#include <pthread.h>

pthread_cond_t c;

int main(void) {
    pthread_cond_init(&c, NULL);
    pthread_cond_destroy(&c);
    pthread_cond_destroy(&c);
    return 0;
}
