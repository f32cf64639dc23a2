/* Rule    misuse.signal_after_destroy  [POSIX]
 * Expect  none
 * Why     it was made anew.
 * Twin    signal_after_destroy_wrong.c
 */
#include <pthread.h>

pthread_cond_t c;

int main(void) {
    pthread_cond_init(&c, NULL);
    pthread_cond_destroy(&c);
    pthread_cond_init(&c, NULL);
    pthread_cond_signal(&c);
    return 0;
}
