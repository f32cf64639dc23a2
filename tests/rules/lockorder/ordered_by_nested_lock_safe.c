/* Rule    lockorder.ordered_by_nested_lock  [D9]
 * Expect  none
 * Why     the thread goes on when it finds the flag set, which is guarded by a lock that others are nested in.
 * Twin    ordered_by_nested_lock_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, n = PTHREAD_MUTEX_INITIALIZER;
int flag;

int set(int value) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&n);
    flag |= value;
    int now = flag;
    pthread_mutex_unlock(&n);
    pthread_mutex_unlock(&m);
    return now;
}

void *task(void *unused) {
    while (!set(0)) {
        sched_yield();
    }
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    set(1);
    return pthread_join(thread, NULL);
}
