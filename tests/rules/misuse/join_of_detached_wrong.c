/* Rule    misuse.join_of_detached  [POSIX]
 * Expect  misuse main
 * Also    leak
 * Why     it was detached before: nobody may join it.
 * Twin    join_of_detached_right.c
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
    pthread_join(thread, NULL);
    mark(0);
    return 0;
}
