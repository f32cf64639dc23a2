/* Rule    lockorder.read_again_by_kind  [D9]
 * Expect  lock-order
 * Why     it is of the kind at which writers go first.
 * Twin    read_again_by_kind_safe.c
 */
#include "../invisible.h"

#include <pthread.h>

pthread_rwlock_t a;

void *task(void *unused) {
    await(0);
    pthread_rwlock_wrlock(&a);
    pthread_rwlock_unlock(&a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&a, &attributes);
    pthread_create(&thread, NULL, task, NULL);
    pthread_rwlock_rdlock(&a);
    pthread_rwlock_rdlock(&a);
    pthread_rwlock_unlock(&a);
    pthread_rwlock_unlock(&a);
    mark(0);
    return pthread_join(thread, NULL);
}
