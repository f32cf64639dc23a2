/* Rule    annotations.ignore-sync-of-a-mutex  [dynamic annotations]
 * Expect  race x
 * Why     between the marks it counts for nothing.
 * Twin    ignore_sync_of_a_mutex_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreSyncBegin(const char *, int);
extern void AnnotateIgnoreSyncEnd(const char *, int);
int x;
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *worker(void *unused) {
    x = 1;
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
