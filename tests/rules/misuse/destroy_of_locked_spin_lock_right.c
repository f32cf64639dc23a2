/* Rule    misuse.destroy_of_locked_spin_lock  [POSIX]
 * Expect  none
 * Why     it was unlocked before.
 * Twin    destroy_of_locked_spin_lock_wrong.c
 */
#include <pthread.h>

pthread_spinlock_t s;

int main(void) {
    pthread_spin_init(&s, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&s);
    pthread_spin_unlock(&s);
    pthread_spin_destroy(&s);
    return 0;
}
