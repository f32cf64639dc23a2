/* Rule    pthread.once_cancelled  [HB-PT-07]
 * Expect  race x
 * Why     what its thread did after that does not.
 * Twin    once_cancelled_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <unistd.h>

int x;
pthread_once_t once = PTHREAD_ONCE_INIT;

static void after(void *unused) {
    x = 1;
}

static void first(void) {
    mark(0);
    pause();
}

static void second(void) {
    x++;
}

static void *task(void *unused) {
    pthread_cleanup_push(after, NULL);
    pthread_once(&once, first);
    pthread_cleanup_pop(1);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    pthread_cancel(thread);
    return pthread_once(&once, second) + pthread_join(thread, NULL);
}
