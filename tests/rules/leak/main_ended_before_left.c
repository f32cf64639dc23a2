/* Rule    leak.main_ended_before  [D10]
 * Expect  leak main
 * Why     main returns: it could have joined.
 * Twin    main_ended_before_gone.c
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
    return 0;
}
