/* Rule    lockorder.ordered_by_atomic_flag  [D9]
 * Expect  none
 * Why     the thread waits until it reads what main stores after.
 * Twin    ordered_by_atomic_flag_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

_Atomic int s;

void *task(void *unused) {
    while (s == 0) {
        sched_yield();
    }
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    s = 0;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    s = 1;
    return pthread_join(thread, NULL);
}
