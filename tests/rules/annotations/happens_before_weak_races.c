/* Rule    annotations.happens-before-weak  [dynamic annotations]
 * Expect  race x
 * Why     the keys are two.
 * Twin    happens_before_weak_ordered.c
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
        AnnotateHappensAfter(__FILE__, __LINE__, &other);
    }
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
