/* Rule    annotations.ignore-is-of-one-task  [dynamic annotations]
 * Expect  none
 * Why     nobody else writes x.
 * Twin    ignore_is_of_one_task_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreWritesBegin(const char *, int);
extern void AnnotateIgnoreWritesEnd(const char *, int);
int x, y;

static void *worker(void *unused) {
    x = 1;
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    y = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    y = 2;
    pthread_join(thread, NULL);
    return 0;
}
