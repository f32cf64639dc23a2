/* Rule    misuse.join_of_made_detached  [POSIX]
 * Expect  misuse main
 * Also    leak
 * Why     its attributes say that it is detached.
 * Twin    join_of_made_detached_right.c
 */
#include "../invisible.h"

#include <pthread.h>

static void *task(void *unused) {
    await(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t how;
    pthread_attr_init(&how);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &how, task, NULL);
    pthread_attr_destroy(&how);
    pthread_join(thread, NULL);
    mark(0);
    return 0;
}
