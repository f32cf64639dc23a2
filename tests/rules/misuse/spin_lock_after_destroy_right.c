/* Rule    misuse.spin_lock_after_destroy  [POSIX]
 * Expect  none
 * Why     it was made anew.
 * Twin    spin_lock_after_destroy_wrong.c
 */
#include <pthread.h>

pthread_spinlock_t s;

int main(void) {
    pthread_spin_init(&s, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_destroy(&s);
    pthread_spin_init(&s, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&s);
    pthread_spin_unlock(&s);
    return 0;
}
