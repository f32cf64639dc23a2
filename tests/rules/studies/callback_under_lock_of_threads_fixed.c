/* Rule    studies.callback_under_lock_of_threads  [Lu08]
 * Expect  none
 * Why     it is called when the lock was let go.
 * Twin    callback_under_lock_of_threads_buggy.c
 */
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int value;

static int read_value(void) {
    pthread_mutex_lock(&m);
    int now = value;
    pthread_mutex_unlock(&m);
    return now;
}

static int change(int (*then)(void)) {
    pthread_mutex_lock(&m);
    value++;
    pthread_mutex_unlock(&m);
    int now = then();
    return now;
}

int main(void) {
    return change(read_value) != 1;
}
