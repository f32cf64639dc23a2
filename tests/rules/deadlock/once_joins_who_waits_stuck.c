/* Rule    deadlock.once_joins_who_waits  [D8]
 * Expect  deadlock
 * Why     the routine joins the thread that waits for it.
 * Twin    once_joins_who_waits_free.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_once_t once = PTHREAD_ONCE_INIT, other = PTHREAD_ONCE_INIT;
pthread_t thread;

void nothing(void) {
}

void *task(void *unused) {
    await(0);
    pthread_once(&once, nothing);
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
