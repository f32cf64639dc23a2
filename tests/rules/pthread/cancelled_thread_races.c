/* Rule    pthread.cancelled_thread  [HB-PT-08]
 * Expect  race x
 * Why     to cancel orders nothing.
 * Twin    cancelled_thread_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <unistd.h>

int x;

static void *a(void *unused) {
    x = 1;
    mark(0);
    for (;;) {
        pause();
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    pthread_cancel(thread);
    x++;
    pthread_join(thread, NULL);
    return 0;
}
