/* Rule    leak.finished_undetached  [D10]
 * Expect  leak main
 * Why     it has ended, and nobody joined it.
 * Twin    finished_undetached_gone.c
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
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_JOINABLE);
    pthread_create(&thread, &attributes, task, NULL);
    await_threads(1);
    return 0;
}
