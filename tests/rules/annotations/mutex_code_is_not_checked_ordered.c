/* Rule    annotations.mutex-code-is-not-checked  [tsan_interface.h]
 * Expect  none
 * Why     between pre_lock and post_lock the code of the lock runs, whose accesses are its own.
 * Twin    mutex_code_is_not_checked_races.c
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
    __tsan_mutex_pre_lock(&m, 0);
    x = 2;
    __tsan_mutex_post_lock(&m, 0, 0);
    pthread_join(thread, NULL);
    return 0;
}
