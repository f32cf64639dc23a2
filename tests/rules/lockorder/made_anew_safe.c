/* Rule    lockorder.made_anew  [D9]
 * Expect  none
 * Why     a lock that is made anew is another one, at the same place.
 * Twin    made_anew_cycle.c
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
    pthread_mutex_destroy(&a), pthread_mutex_init(&a, NULL);
    pthread_mutex_unlock(&b);
    mark(0);
    return pthread_join(thread, NULL);
}
