/* Rule    deadlock.reader_behind_writer  [D8]
 * Expect  none
 * Why     by default readers go first.
 * Twin    reader_behind_writer_stuck.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <time.h>

pthread_rwlock_t l;

void *write_it(void *unused) {
    mark(0);
    pthread_rwlock_wrlock(&l);
    pthread_rwlock_unlock(&l);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_READER_NP);
    pthread_rwlock_init(&l, &attributes);
    pthread_rwlock_rdlock(&l);
    pthread_create(&thread, NULL, write_it, NULL);
    await(0);
    for (int i = 0; i < 1000 && pthread_rwlock_tryrdlock(&l) == 0; i++) {
        pthread_rwlock_unlock(&l); /* the writer does not wait yet */
    }
    pthread_rwlock_rdlock(&l);
    pthread_rwlock_unlock(&l);
    pthread_rwlock_unlock(&l);
    return pthread_join(thread, NULL);
}
