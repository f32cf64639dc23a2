/* Rule    misuse.spin_unlock_of_unlocked  [POSIX, C11]
 * Expect  none
 * Why     main does.
 * Twin    spin_unlock_of_unlocked_wrong.c
 */
#include <pthread.h>

pthread_spinlock_t s;

int main(void) {
    pthread_spin_init(&s, 0);
    pthread_spin_lock(&s);
    return pthread_spin_unlock(&s);
}
