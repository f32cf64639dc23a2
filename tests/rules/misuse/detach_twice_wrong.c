/* Rule    misuse.detach_twice  [POSIX]
 * Expect  misuse main
 * Also    leak
 * Why     it was detached before.
 * Twin    detach_twice_right.c
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
    pthread_detach(thread);
    mark(0);
    return 0;
}
