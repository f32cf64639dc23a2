/* Rule    memory.thread-local  [GR-31]
 * Expect  race own
 * Why     without _Thread_local both use the same.
 * Twin    thread_local_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int own;

static void *a(void *unused) {
    own = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    own = 2;
    pthread_join(thread, NULL);
    return 0;
}
