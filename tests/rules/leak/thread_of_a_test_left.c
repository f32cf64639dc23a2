/* Rule    leak.thread_of_a_test  [D10]
 * Expect  leak c
 * Says    1 thread blocked at the end of its test in pthread_cond_wait on c
 * Says    Test: first
 * Why     the process goes on, and so does the thread: unlike one that is left at exit, nobody ends it.
 * Twin    thread_of_a_test_gone.c
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
    rdl_test_begin("first");
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    rdl_test_end();
    return 0;
}
