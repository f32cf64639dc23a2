/* Rule    deadlock.onces_crosswise  [D8]
 * Expect  none
 * Why     one of them calls a third once.
 * Twin    onces_crosswise_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_once_t a = PTHREAD_ONCE_INIT, b = PTHREAD_ONCE_INIT, c = PTHREAD_ONCE_INIT;

void nothing(void) {
}

void run_a(void) {
    mark(0);
    await_times(0, 2);
    pthread_once(&b, nothing);
}

void run_b(void) {
    mark(0);
    await_times(0, 2);
    pthread_once(&c, nothing);
}

void *task(void *unused) {
    pthread_once(&a, run_a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_once(&b, run_b);
    return pthread_join(thread, NULL);
}
