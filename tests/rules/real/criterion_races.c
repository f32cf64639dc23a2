/* Rule    real.criterion  [D3]
 * Expect  race counter
 * Why     the tests pass, each in a process of its own; in one of them two threads count without a
 *         lock, and the gate finds it.
 * Twin    criterion_ordered.c
 */
#include "raddle.h"

#include <criterion/criterion.h>
#include <pthread.h>

static int counter;
static rdl_mutex lock;

static void count(void *unused) {
    rdl_mutex_lock(&lock);
    counter++;
    rdl_mutex_unlock(&lock);
}

static void *count_in_thread(void *unused) {
    counter++;
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
