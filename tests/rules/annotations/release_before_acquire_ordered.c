/* Rule    annotations.release-before-acquire  [tsan_interface.h]
 * Expect  none
 * Why     what comes before a release happens before what follows an acquire of the same key.
 * Twin    release_before_acquire_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>

int x;
char key, other;

static void *worker(void *unused) {
    x = 1;
    __tsan_release(&key);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_acquire(&key);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
