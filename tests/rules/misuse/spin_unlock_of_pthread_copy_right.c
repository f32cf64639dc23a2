/* Rule    misuse.spin_unlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  none
 * Why     the copy gets a lock of its own, which is locked.
 * Twin    spin_unlock_of_pthread_copy_wrong.c
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
    pthread_spin_init(&late.lock, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&late.lock);
    pthread_spin_unlock(&counter.lock);
    pthread_spin_unlock(&late.lock);
    pthread_spin_destroy(&counter.lock);
    return 0;
}
