/* Rule    pthread.write_under_read_lock  [HB-PT-03]
 * Expect  race x
 * Why     two that have it for reading write.
 * Twin    write_under_read_lock_ordered.c
 */
#include <pthread.h>

int x;
pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;

static void *a(void *unused) {
    pthread_rwlock_rdlock(&l);
    x++;
    pthread_rwlock_unlock(&l);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    a(NULL);
    pthread_join(thread, NULL);
    return 0;
}
