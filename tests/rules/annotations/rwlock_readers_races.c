/* Rule    annotations.rwlock-readers  [dynamic annotations]
 * Expect  race x
 * Why     two readers know nothing of each other.
 * Twin    rwlock_readers_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateRWLockAcquired(const char *, int, const volatile void *, long);
extern void AnnotateRWLockReleased(const char *, int, const volatile void *, long);
int x, l;

static void *worker(void *unused) {
    x = 1;
    AnnotateRWLockAcquired(__FILE__, __LINE__, &l, 0);
    AnnotateRWLockReleased(__FILE__, __LINE__, &l, 0);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateRWLockAcquired(__FILE__, __LINE__, &l, 0);
    AnnotateRWLockReleased(__FILE__, __LINE__, &l, 0);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
