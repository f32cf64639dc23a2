/* Rule    deadlock.once_joins_who_waits  [D8]
 * Expect  none
 * Why     the thread that is joined calls another once.
 * Twin    once_joins_who_waits_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_once_t once = PTHREAD_ONCE_INIT, other = PTHREAD_ONCE_INIT;
pthread_t thread;

void nothing(void) {
}

void *task(void *unused) {
    await(0);
    pthread_once(&other, nothing);
    return NULL;
}

void routine(void) {
    mark(0);
    pthread_join(thread, NULL);
}

int main(void) {
    pthread_create(&thread, NULL, task, NULL);
    return pthread_once(&once, routine);
}
