/* Rule    misuse.end_with_spin_lock  [POSIX, C11]
 * Expect  none
 * Why     it lets go before.
 * Twin    end_with_spin_lock_wrong.c
 */
#include <pthread.h>

pthread_spinlock_t s;

void *task(void *unused) {
    pthread_spin_lock(&s);
    pthread_spin_unlock(&s);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&s, 0);
    pthread_create(&thread, NULL, task, NULL);
    return pthread_join(thread, NULL);
}
