/* Rule    pthread.once  [HB-PT-07, HB-ON-01]
 * Expect  race x
 * Why     main asks another once.
 * Twin    once_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;
pthread_once_t once = PTHREAD_ONCE_INIT, other = PTHREAD_ONCE_INIT;

static void write_x(void) {
    x = 1;
}

static void nothing(void) {
}

static void *a(void *unused) {
    pthread_once(&once, write_x);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    pthread_once(&other, nothing);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
