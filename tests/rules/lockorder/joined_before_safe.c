/* Rule    lockorder.joined_before  [D9]
 * Expect  none
 * Why     the first has ended before main takes them the other way.
 * Twin    joined_before_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"

void *task(void *unused) {
    nest(&a, &b);
    mark(0);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_join(thread, NULL);
    nest(&b, &a);
    return 0;
}
