/* Rule    annotations.own-function-is-kept  [dynamic annotations]
 * Expect  race x
 * Why     its own orders nothing.
 * Twin    own_function_is_kept_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

int called;
void AnnotateHappensBefore(const char *, int, const volatile void *);
void AnnotateHappensBefore(const char *file, int line, const volatile void *key) {
    (void)file, (void)line;
    __atomic_store_n((int *)key, 1, __ATOMIC_RELEASE);
}
int x, flag;

static void *worker(void *unused) {
    x = 1;
    AnnotateHappensBefore(__FILE__, __LINE__, &flag);
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
