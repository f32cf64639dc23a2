/* Rule    leak.main_ended_before  [D10]
 * Expect  none
 * Why     the process ends with its last thread.
 * Twin    main_ended_before_left.c
 */
#include "../ended.h"

#include <pthread.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await_threads(1);
    pthread_exit(NULL);
}
