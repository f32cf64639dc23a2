/* Rule    annotations.mutex-recursive  [tsan_interface.h]
 * Expect  none
 * Why     letting go of all levels at once publishes.
 * Twin    mutex_recursive_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>

int x;
long m, n;
static const unsigned flags = __tsan_mutex_write_reentrant;

static void *worker(void *unused) {
    x = 1;
    __tsan_mutex_pre_lock(&m, flags);
    __tsan_mutex_post_lock(&m, flags, 0);
    __tsan_mutex_pre_lock(&m, flags);
    __tsan_mutex_post_lock(&m, flags, 0);
    (void)__tsan_mutex_pre_unlock(&m, flags | __tsan_mutex_recursive_unlock);
    __tsan_mutex_post_unlock(&m, flags);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_mutex_pre_lock(&m, flags);
    __tsan_mutex_post_lock(&m, flags, 0);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
