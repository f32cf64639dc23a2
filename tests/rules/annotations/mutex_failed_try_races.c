/* Rule    annotations.mutex-failed-try
 * Expect  race x
 * Why     one that failed receives nothing.
 * Twin    mutex_failed_try_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>

int x;
long m;

static void *worker(void *unused) {
    x = 1;
    __tsan_mutex_pre_lock(&m, 0);
    __tsan_mutex_post_lock(&m, 0, 0);
    __tsan_mutex_pre_unlock(&m, 0);
    __tsan_mutex_post_unlock(&m, 0);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_mutex_pre_lock(&m, __tsan_mutex_try_lock);
    __tsan_mutex_post_lock(&m, __tsan_mutex_try_lock | __tsan_mutex_try_lock_failed, 0);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
