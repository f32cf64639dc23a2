/* Rule    real.criterion  [D3]
 * Expect  none
 * Why     Criterion runs each test in a process of its own and maps memory at random addresses; the
 *         detector looks at all of them and finds goroutines and threads in good order.
 * Twin    criterion_races.c
 */
#include "raddle.h"

#include <criterion/criterion.h>
#include <pthread.h>

static int counter;
static rdl_mutex lock;
static pthread_mutex_t thread_lock = PTHREAD_MUTEX_INITIALIZER;

static void count(void *unused) {
    rdl_mutex_lock(&lock);
    counter++;
    rdl_mutex_unlock(&lock);
}

static void *count_in_thread(void *unused) {
    pthread_mutex_lock(&thread_lock);
    counter++;
    pthread_mutex_unlock(&thread_lock);
    return unused;
}

Test(criterion, goroutines) {
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, count, NULL);
    rdl_waitgroup_go(&both, count, NULL);
    rdl_waitgroup_wait(&both);
    cr_assert_eq(counter, 2);
}

Test(criterion, threads) {
    pthread_t a, b;
    pthread_create(&a, NULL, count_in_thread, NULL);
    pthread_create(&b, NULL, count_in_thread, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    cr_assert_eq(counter, 2);
}
