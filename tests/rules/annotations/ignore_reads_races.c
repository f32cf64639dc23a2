/* Rule    annotations.ignore-reads  [dynamic annotations]
 * Expect  race x
 * Why     a write is no read.
 * Twin    ignore_reads_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreReadsBegin(const char *, int);
extern void AnnotateIgnoreReadsEnd(const char *, int);
int x, y;

static void *worker(void *unused) {
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    x = 2;
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    pthread_join(thread, NULL);
    return 0;
}
