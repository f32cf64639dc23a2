/* Rule    leak.thread_of_a_test  [D10]
 * Expect  none
 * Listed  1 thread blocked at exit
 * Why     it was there before the test, which is not to blame.
 * Twin    thread_of_a_test_left.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <raddle/detector.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    for (;;) {
        pthread_cond_wait(&c, &m);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    rdl_test_begin("first");
    await_sleepers(1);
    rdl_test_end();
    return 0;
}
