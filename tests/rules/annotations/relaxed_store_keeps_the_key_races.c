/* Rule    annotations.relaxed-store-keeps-the-key  [dynamic annotations]
 * Expect  race x
 * Why     nobody receives.
 * Twin    relaxed_store_keeps_the_key_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateHappensBefore(const char *, int, const volatile void *);
extern void AnnotateHappensAfter(const char *, int, const volatile void *);
int x, flag;

static void *worker(void *unused) {
    x = 1;
    AnnotateHappensBefore(__FILE__, __LINE__, &flag);
    __atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    (void)__atomic_load_n(&flag, __ATOMIC_RELAXED);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
