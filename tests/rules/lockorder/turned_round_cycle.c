/* Rule    lockorder.turned_round  [D9]
 * Expect  lock-order
 * Why     who takes them the other way round never had both before.
 * Twin    turned_round_safe.c
 */
#include "../invisible.h"
#include "../nest.h"

pthread_mutex_t head = PTHREAD_MUTEX_INITIALIZER, spare = PTHREAD_MUTEX_INITIALIZER;

static void *walk(void *unused) {
    pthread_mutex_lock(&head);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&head);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    mark(0);
    return NULL;
}

static void under_head(pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(&head);
    nest(first, second);
    pthread_mutex_unlock(&head);
}

int main(void) {
    pthread_t walker;
    pthread_create(&walker, NULL, walk, NULL);
    await(0);
    under_head(&a, &spare);
    under_head(&b, &a);
    pthread_join(walker, NULL);
}
