/* Rule    annotations.mutex-word-is-the-programs
 * Expect  none
 * Why     the word of an annotated lock may be read and written: the lock is no access.
 * Twin    mutex_word_is_the_programs_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>

int x;
long m;

static void *worker(void *unused) {
    __tsan_mutex_pre_lock(&m, 0);
    __tsan_mutex_post_lock(&m, 0, 0);
    __tsan_mutex_pre_unlock(&m, 0);
    __tsan_mutex_post_unlock(&m, 0);
    m = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_mutex_create(&m, 0);
    __tsan_mutex_pre_lock(&m, 0);
    __tsan_mutex_post_lock(&m, 0, 0);
    __tsan_mutex_pre_unlock(&m, 0);
    __tsan_mutex_post_unlock(&m, 0);
    __tsan_mutex_destroy(&m, 0);
    pthread_join(thread, NULL);
    return 0;
}
