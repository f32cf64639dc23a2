/* Rule    pthread.chain_of_joins  [HB-PT-01]
 * Expect  none
 * Why     who joins the child knows what the child has joined.
 * Twin    chain_of_joins_races.c
 */
#include "../invisible.h"

#include <pthread.h>

int x;

static void *grandchild(void *unused) {
    x = 1;
    mark(0);
    return unused;
}

static void *child(void *unused) {
    pthread_t thread;
    pthread_create(&thread, NULL, grandchild, NULL);
    pthread_join(thread, NULL);
    await(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, child, NULL);
    pthread_join(thread, NULL);
    x++;
    return 0;
}
