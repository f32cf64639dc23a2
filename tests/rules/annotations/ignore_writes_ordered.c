/* Rule    annotations.ignore-writes  [dynamic annotations]
 * Expect  none
 * Why     writes between the marks are not judged.
 * Twin    ignore_writes_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreWritesBegin(const char *, int);
extern void AnnotateIgnoreWritesEnd(const char *, int);
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
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    x = 2;
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    pthread_join(thread, NULL);
    return 0;
}
