/* Rule    misuse.detach_twice  [POSIX]
 * Expect  none
 * Why     it is detached once.
 * Twin    detach_twice_wrong.c
 */
#include "../invisible.h"

#include <pthread.h>

static void *task(void *unused) {
    await(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_detach(thread);
    mark(0);
    return 0;
}
