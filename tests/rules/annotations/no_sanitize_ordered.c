/* Rule    annotations.no-sanitize  [gcc and clang, no_sanitize]
 * Expect  none
 * Why     the accesses of a function with this attribute carry no hooks.
 * Twin    no_sanitize_races.c
 */
#include "../invisible.h"

#include <pthread.h>

#if defined(__clang__)
#define UNCHECKED __attribute__((no_sanitize("thread"), noinline))
#else
#define UNCHECKED __attribute__((no_sanitize_thread, noinline))
#endif
UNCHECKED static void set(int *to) {
    *to = 2;
}
int x;

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    set(&x);
    pthread_join(thread, NULL);
    return 0;
}
