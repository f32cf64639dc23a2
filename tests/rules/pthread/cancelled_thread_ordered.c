/* Rule    pthread.cancelled_thread  [HB-PT-08]
 * Expect  none
 * Why     who joins a cancelled thread comes after all it did.
 * Twin    cancelled_thread_races.c
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
    pthread_join(thread, NULL);
    x++;
    return 0;
}
