/* Rule    annotations.relaxed-store-keeps-the-key  [dynamic annotations]
 * Expect  none
 * Why     a relaxed store of the one who published, to the key itself, takes nothing back.
 * Twin    relaxed_store_keeps_the_key_races.c
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
    AnnotateHappensAfter(__FILE__, __LINE__, &flag);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
