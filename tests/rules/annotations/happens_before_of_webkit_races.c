/* Rule    annotations.happens-before-of-webkit  [dynamic annotations]
 * Expect  race x
 * Why     the keys are two.
 * Twin    happens_before_of_webkit_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void WTFAnnotateHappensBefore(const char *, int, const volatile void *);
extern void WTFAnnotateHappensAfter(const char *, int, const volatile void *);
int x;
char key, other;

static void *worker(void *unused) {
    x = 1;
    WTFAnnotateHappensBefore(__FILE__, __LINE__, &key);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    WTFAnnotateHappensAfter(__FILE__, __LINE__, &other);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
