/* Rule    pthread.once_left_by_exit  [HB-PT-07]
 * Expect  race x
 * Why     what its thread did after that does not.
 * Twin    once_left_by_exit_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_once_t once = PTHREAD_ONCE_INIT;

static void after(void *unused) {
    x = 1;
    mark(0);
}

static void first(void) {
    pthread_exit(NULL);
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
    pthread_once(&once, second);
    return pthread_join(thread, NULL);
}
