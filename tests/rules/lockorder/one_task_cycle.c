/* Rule    lockorder.one_task  [D9]
 * Expect  lock-order
 * Why     another task does it.
 * Twin    one_task_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

int other = 1;

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
