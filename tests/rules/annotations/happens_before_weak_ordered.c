/* Rule    annotations.happens-before-weak  [dynamic annotations]
 * Expect  none
 * Why     programs that may be built without a tool declare the calls weak: they are found.
 * Twin    happens_before_weak_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateHappensBefore(const char *, int, const volatile void *) __attribute__((weak));
extern void AnnotateHappensAfter(const char *, int, const volatile void *) __attribute__((weak));
int x;
char key, other;

static void *worker(void *unused) {
    x = 1;
    if (AnnotateHappensBefore) {
        AnnotateHappensBefore(__FILE__, __LINE__, &key);
    }
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    if (AnnotateHappensAfter) {
        AnnotateHappensAfter(__FILE__, __LINE__, &key);
    }
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
