/* Rule    annotations.ignore-of-the-earlier  [dynamic annotations]
 * Expect  race x
 * Why     the mark had ended.
 * Twin    ignore_of_the_earlier_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreWritesBegin(const char *, int);
extern void AnnotateIgnoreWritesEnd(const char *, int);
int x;

static void *worker(void *unused) {
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    x = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
