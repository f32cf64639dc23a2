/* Rule    annotations.rwlock-writers  [dynamic annotations]
 * Expect  race x
 * Why     the locks are two.
 * Twin    rwlock_writers_ordered.c
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
    AnnotateRWLockAcquired(__FILE__, __LINE__, &k, 1);
    AnnotateRWLockReleased(__FILE__, __LINE__, &k, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
