/* Rule    annotations.new-memory  [dynamic annotations]
 * Expect  race x
 * Why     other memory has.
 * Twin    new_memory_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateNewMemory(const char *, int, const volatile void *, size_t);
long x, y;

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateNewMemory(__FILE__, __LINE__, &y, sizeof y);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
