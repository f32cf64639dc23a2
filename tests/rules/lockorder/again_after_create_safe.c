/* Rule    lockorder.again_after_create  [D9]
 * Expect  none
 * Why     what main did before is over.
 * Twin    again_after_create_cycle.c
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
    nest(&a, &b);
    pthread_create(&thread, NULL, task, NULL);
    pthread_mutex_lock(&b), pthread_mutex_unlock(&b);
    mark(0);
    return pthread_join(thread, NULL);
}
