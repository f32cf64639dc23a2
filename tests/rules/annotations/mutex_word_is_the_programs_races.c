/* Rule    annotations.mutex-word-is-the-programs
 * Expect  race x
 * Why     x is no lock.
 * Twin    mutex_word_is_the_programs_ordered.c
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
    x = 2;
    __tsan_mutex_pre_lock(&m, 0);
    __tsan_mutex_post_lock(&m, 0, 0);
    __tsan_mutex_pre_unlock(&m, 0);
    __tsan_mutex_post_unlock(&m, 0);
    pthread_join(thread, NULL);
    return 0;
}
