/* Rule    annotations.happens-before-merges  [dynamic annotations]
 * Expect  race x
 * Why     the second has another key.
 * Twin    happens_before_merges_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateHappensBefore(const char *, int, const volatile void *);
extern void AnnotateHappensAfter(const char *, int, const volatile void *);
int x;
char key, other;

static void *worker(void *unused) {
    x = 1;
    AnnotateHappensBefore(__FILE__, __LINE__, &key);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateHappensBefore(__FILE__, __LINE__, &other);
    AnnotateHappensAfter(__FILE__, __LINE__, &other);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
