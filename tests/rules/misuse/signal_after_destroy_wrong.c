/* Rule    misuse.signal_after_destroy  [POSIX]
 * Expect  misuse c
 * Why     it was destroyed.
 * Twin    signal_after_destroy_right.c
 */
#include <pthread.h>

pthread_cond_t c;

int main(void) {
    pthread_cond_init(&c, NULL);
    pthread_cond_destroy(&c);
    pthread_cond_signal(&c);
    return 0;
}
