/* Rule    annotations.ignore-keeps-order  [dynamic annotations]
 * Expect  none
 * Why     an atomic that is ignored as an access still orders.
 * Twin    ignore_keeps_order_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreWritesBegin(const char *, int);
extern void AnnotateIgnoreWritesEnd(const char *, int);
int x, flag, other;

static void *worker(void *unused) {
    x = 1;
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    (void)__atomic_load_n(&flag, __ATOMIC_ACQUIRE);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
