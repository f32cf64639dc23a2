/* Rule    leak.still_running  [D10]
 * Expect  none
 * Why     it runs: it is listed, and does not fail.
 * Twin    still_running_left.c
 */
#include "../ended.h"
#include "../invisible.h"

#include <pthread.h>

void *task(void *unused) {
    mark(0);
    await(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    return 0;
}
