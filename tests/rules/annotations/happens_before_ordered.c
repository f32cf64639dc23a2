/* Rule    annotations.happens-before  [dynamic annotations]
 * Expect  none
 * Why     AnnotateHappensBefore publishes, AnnotateHappensAfter receives.
 * Twin    happens_before_races.c
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
    AnnotateHappensAfter(__FILE__, __LINE__, &key);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
