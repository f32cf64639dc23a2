/* Rule    misuse.spin_lock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  none
 * Why     the copy is made of one that nobody holds.
 * Twin    spin_lock_of_pthread_copy_wrong.c
 */
#include "../invisible.h"

#include <raddle/detector.h>

#include <pthread.h>

struct counter {
    pthread_spinlock_t lock;
    int n;
};

struct counter counter, late;

static void *add(void *unused) {
    pthread_spin_lock(&late.lock);
    mark(0);
    pthread_spin_unlock(&late.lock);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_spin_init(&counter.lock, PTHREAD_PROCESS_PRIVATE);
    late = counter;
    pthread_spin_lock(&counter.lock);
    pthread_spin_unlock(&counter.lock);
    pthread_create(&thread, NULL, add, NULL);
    while (happened(0) == 0 && rdl_findings_count() == 0) {
        sched_yield();
    }
    if (happened(0) == 0) {
        pthread_spin_unlock(&late.lock);
    }
    return pthread_join(thread, NULL);
}
