/* Rule    misuse.join_of_made_detached  [POSIX]
 * Expect  none
 * Why     its attributes say that it is joinable.
 * Twin    join_of_made_detached_wrong.c
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
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_JOINABLE);
    pthread_create(&thread, &how, task, NULL);
    pthread_attr_destroy(&how);
    mark(0);
    pthread_join(thread, NULL);
    return 0;
}
