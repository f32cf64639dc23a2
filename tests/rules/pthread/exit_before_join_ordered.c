/* Rule    pthread.exit-before-join  [HB-PT-01]
 * Expect  none
 * Why     pthread_exit is an end like return.
 * Twin    exit_before_join_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;

static void *a(void *unused) {
    x = 1;
    mark(1);
    pthread_exit(unused);
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_join(thread, NULL);
    x = 2;
    return 0;
}
