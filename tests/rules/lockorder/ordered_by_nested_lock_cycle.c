/* Rule    lockorder.ordered_by_nested_lock  [D9]
 * Expect  lock-order
 * Why     what orders the two is luck.
 * Twin    ordered_by_nested_lock_safe.c
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
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    mark(0);
    return pthread_join(thread, NULL);
}
