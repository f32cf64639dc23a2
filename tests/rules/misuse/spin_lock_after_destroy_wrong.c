/* Rule    misuse.spin_lock_after_destroy  [POSIX]
 * Expect  misuse s
 * Why     it was destroyed.
 * Twin    spin_lock_after_destroy_right.c
 */
#include <pthread.h>

pthread_spinlock_t s;

int main(void) {
    pthread_spin_init(&s, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_destroy(&s);
    pthread_spin_lock(&s);
    pthread_spin_unlock(&s);
    return 0;
}
