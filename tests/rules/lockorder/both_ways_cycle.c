/* Rule    lockorder.both_ways  [D9]
 * Expect  lock-order
 * Why     that one task took them in both orders orders nothing: what it does under the two is the same.
 * Twin    both_ways_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

static void *one(void *unused) {
    nest(&a, &b);
    mark(0);
    return NULL;
}

static void *both(void *unused) {
    await(0);
    nest(&a, &b);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t first, second;
    pthread_create(&first, NULL, one, NULL);
    pthread_create(&second, NULL, both, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}
