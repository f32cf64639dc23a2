/* Rule    annotations.mutex-writer-before-reader  [tsan_interface.h]
 * Expect  none
 * Why     a writer letting go happens before a reader takes the lock.
 * Twin    mutex_writer_before_reader_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>
static void section(void *lock, unsigned flags) {
    __tsan_mutex_pre_lock(lock, flags);
    __tsan_mutex_post_lock(lock, flags, 0);
    __tsan_mutex_pre_unlock(lock, flags);
    __tsan_mutex_post_unlock(lock, flags);
}
int x;
long m;

static void *worker(void *unused) {
    x = 1;
    section(&m, 0);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    section(&m, __tsan_mutex_read_lock);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
