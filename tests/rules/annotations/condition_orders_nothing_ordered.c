/* Rule    annotations.condition-orders-nothing  [dynamic annotations]
 * Expect  none
 * Why     what is annotated as an order is one.
 * Twin    condition_orders_nothing_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateHappensBefore(const char *, int, const volatile void *);
extern void AnnotateHappensAfter(const char *, int, const volatile void *);
extern void AnnotateCondVarSignal(const char *, int, const volatile void *);
int x, c;

static void *worker(void *unused) {
    x = 1;
    AnnotateHappensBefore(__FILE__, __LINE__, &c);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateHappensAfter(__FILE__, __LINE__, &c);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
