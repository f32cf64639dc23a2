/* Rule    lockorder.one_task  [D9]
 * Expect  none
 * Why     one task never waits for itself.
 * Twin    one_task_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

int other = 0;

void *task(void *unused) {
    await(0);
    if (other) {
        nest(&b, &a);
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    if (!other) {
        nest(&b, &a);
    }
    mark(0);
    return pthread_join(thread, NULL);
}
