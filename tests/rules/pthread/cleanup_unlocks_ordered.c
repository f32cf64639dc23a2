/* Rule    pthread.cleanup_unlocks  [HB-PT-02]
 * Expect  none
 * Why     a cleanup handler that unlocks is an unlock.
 * Twin    cleanup_unlocks_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <unistd.h>

int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void leave(void *unused) {
    (void)unused;
    x++;
    pthread_mutex_unlock(&m);
}

static void *a(void *unused) {
    pthread_mutex_lock(&m);
    pthread_cleanup_push(leave, NULL);
    mark(0);
    for (;;) {
        pause();
    }
    pthread_cleanup_pop(0);
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(0);
    pthread_cancel(thread);
    pthread_mutex_lock(&m);
    x++;
    pthread_mutex_unlock(&m);
    pthread_join(thread, NULL);
    return 0;
}
