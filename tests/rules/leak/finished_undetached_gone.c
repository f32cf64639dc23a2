/* Rule    leak.finished_undetached  [D10]
 * Expect  none
 * Why     it was detached.
 * Twin    finished_undetached_left.c
 */
#include "../ended.h"

#include <pthread.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &attributes, task, NULL);
    await_threads(1);
    return 0;
}
