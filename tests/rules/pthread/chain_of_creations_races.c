/* Rule    pthread.chain_of_creations  [HB-PT-01]
 * Expect  race x
 * Why     the grandparent writes after it has made the child.
 * Twin    chain_of_creations_ordered.c
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
    pthread_create(&thread, NULL, child, NULL);
    x = 1;
    mark(0);
    pthread_join(thread, NULL);
    return 0;
}
