/* Rule    annotations.rwlock-lives  [dynamic annotations]
 * Expect  race x
 * Why     it was destroyed and created between the two.
 * Twin    rwlock_lives_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>

extern void AnnotateRWLockAcquired(const char *, int, const volatile void *, long);
extern void AnnotateRWLockReleased(const char *, int, const volatile void *, long);
extern void AnnotateRWLockCreate(const char *, int, const volatile void *);
extern void AnnotateRWLockDestroy(const char *, int, const volatile void *);
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
    AnnotateRWLockDestroy(__FILE__, __LINE__, &l);
    AnnotateRWLockAcquired(__FILE__, __LINE__, &l, 1);
    AnnotateRWLockReleased(__FILE__, __LINE__, &l, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
