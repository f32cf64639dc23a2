/* Rule    misuse.spin_unlock_of_unlocked  [POSIX, C11]
 * Expect  misuse s
 * Why     nobody holds it.
 * Twin    spin_unlock_of_unlocked_right.c
 */
#include <pthread.h>

pthread_spinlock_t s;

int main(void) {
    pthread_spin_init(&s, 0);
    return pthread_spin_unlock(&s);
}
