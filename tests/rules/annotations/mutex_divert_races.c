/* Rule    annotations.mutex-divert  [tsan_interface.h]
 * Expect  race x
 * Why     diverted, the code of the lock calls back into the program, which is checked.
 * Twin    mutex_divert_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>

int x;
long m;

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_mutex_pre_signal(&m, 0);
    __tsan_mutex_pre_divert(&m, 0);
    x = 2;
    __tsan_mutex_post_divert(&m, 0);
    __tsan_mutex_post_signal(&m, 0);
    pthread_join(thread, NULL);
    return 0;
}
