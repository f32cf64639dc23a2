/* Rule    leak.rwlock_never_unlocked  [D10]
 * Expect  none
 * Why     it was let go before: who waits for it now is listed.
 * Twin    rwlock_never_unlocked_left.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

void *task(void *unused) {
    pthread_rwlock_wrlock(&l);
    pthread_rwlock_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    pthread_rwlock_rdlock(&l);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    return 0;
}
