/* Rule    pthread.chain_of_creations  [HB-PT-01]
 * Expect  none
 * Why     a grandchild knows what its grandparent knew.
 * Twin    chain_of_creations_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x, seen;

static void *grandchild(void *unused) {
    await(0);
    seen = x;
    return unused;
}

static void *child(void *unused) {
    pthread_t thread;
    pthread_create(&thread, NULL, grandchild, NULL);
    pthread_join(thread, NULL);
    return unused;
}

int main(void) {
    pthread_t thread;
    x = 1;
    pthread_create(&thread, NULL, child, NULL);
    mark(0);
    pthread_join(thread, NULL);
    return 0;
}
