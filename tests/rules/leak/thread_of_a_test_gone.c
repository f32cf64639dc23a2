/* Rule    leak.thread_of_a_test  [D10]
 * Expect  none
 * Why     it was there before the test, which is not to blame.
 * Twin    thread_of_a_test_left.c
 */
#include "../asleep.h"

#include <pthread.h>
#include <raddle/detector.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t c = PTHREAD_COND_INITIALIZER;
int over;

void *task(void *unused) {
    pthread_mutex_lock(&m);
    while (over == 0) {
        pthread_cond_wait(&c, &m);
    }
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    rdl_test_begin("first");
    await_sleepers(1);
    rdl_test_end();
    pthread_mutex_lock(&m);
    over = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    return pthread_join(thread, NULL);
}
