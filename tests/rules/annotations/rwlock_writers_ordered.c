/* Rule    annotations.rwlock-writers  [dynamic annotations]
 * Expect  none
 * Why     a writer that let go happens before one that takes the lock.
 * Twin    rwlock_writers_races.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateRWLockAcquired(const char *, int, const volatile void *, long);
extern void AnnotateRWLockReleased(const char *, int, const volatile void *, long);
int x, l, k;

static void *worker(void *unused) {
    x = 1;
    AnnotateRWLockAcquired(__FILE__, __LINE__, &l, 1);
    AnnotateRWLockReleased(__FILE__, __LINE__, &l, 1);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    AnnotateRWLockAcquired(__FILE__, __LINE__, &l, 1);
    AnnotateRWLockReleased(__FILE__, __LINE__, &l, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
