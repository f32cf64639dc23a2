/* Rule    annotations.no-sanitize  [gcc and clang, no_sanitize]
 * Expect  race x
 * Why     those of one without it do.
 * Twin    no_sanitize_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

__attribute__((noinline)) static void set(int *to) {
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
