/* Rule    misuse.spin_unlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  misuse counter
 * Why     the copy is unlocked, too, by one who never locked it.
 * Twin    spin_unlock_of_pthread_copy_right.c
 */
#include <pthread.h>

struct counter {
    pthread_spinlock_t lock;
    int n;
};

struct counter counter, late;

int main(void) {
    pthread_spin_init(&counter.lock, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&counter.lock);
    late = counter;
    pthread_spin_unlock(&counter.lock);
    pthread_spin_unlock(&late.lock);
    pthread_spin_destroy(&counter.lock);
    return 0;
}
