/* Rule    lockorder.made_anew  [D9]
 * Expect  lock-order
 * Why     it is the same lock.
 * Twin    made_anew_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    await(0);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    mark(0);
    return pthread_join(thread, NULL);
}
