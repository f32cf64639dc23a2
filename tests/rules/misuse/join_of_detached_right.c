/* Rule    misuse.join_of_detached  [POSIX]
 * Expect  none
 * Why     it was not detached.
 * Twin    join_of_detached_wrong.c
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
    mark(0);
    pthread_join(thread, NULL);
    return 0;
}
