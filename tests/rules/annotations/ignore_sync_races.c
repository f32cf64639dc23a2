/* Rule    annotations.ignore-sync  [dynamic annotations]
 * Expect  race x
 * Why     between the marks it counts for nothing.
 * Twin    ignore_sync_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateIgnoreSyncBegin(const char *, int);
extern void AnnotateIgnoreSyncEnd(const char *, int);
int x, flag;

static void *worker(void *unused) {
    x = 1;
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
    (void)__atomic_load_n(&flag, __ATOMIC_ACQUIRE);
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
