/* Rule    pthread.atexit-before-handler  [HB-PT-08]
 * Expect  none
 * Why     registering an exit handler happens before it runs.
 * Twin    atexit_before_handler_races.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

int x;

static void handler(void) {
    x = 2;
}

static void *a(void *unused) {
    x = 1;
    atexit(handler);
    mark(1);
    pause();
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    pthread_detach(thread);
    await(1);
    return 0;
}
