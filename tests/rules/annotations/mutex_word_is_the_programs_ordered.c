/* Rule    annotations.mutex-word-is-the-programs  [tsan_interface.h]
 * Expect  none
 * Why     the word of an annotated lock may be read and written: the lock is no access.
 * Twin    mutex_word_is_the_programs_races.c
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
    section(&m, 0);
    m = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_mutex_create(&m, 0);
    section(&m, 0);
    __tsan_mutex_destroy(&m, 0);
    pthread_join(thread, NULL);
    return 0;
}
