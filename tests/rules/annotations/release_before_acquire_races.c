/* Rule    annotations.release-before-acquire  [tsan_interface.h]
 * Expect  race x
 * Why     the keys are two.
 * Twin    release_before_acquire_ordered.c
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
    __tsan_acquire(&other);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
