/* Rule    pthread.exit-before-join  [HB-PT-01]
 * Expect  race x
 * Why     that the thread has passed its last line, main only sees.
 * Twin    exit_before_join_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;

static void *a(void *unused) {
    x = 1;
    mark(1);
    pthread_exit(unused);
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_detach(thread);
    await(1);
    x = 2;
    return 0;
}
