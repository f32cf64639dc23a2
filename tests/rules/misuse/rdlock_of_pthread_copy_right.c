/* Rule    misuse.rdlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  none
 * Why     the copy is made of one that nobody holds.
 * Twin    rdlock_of_pthread_copy_wrong.c
 */
#include <pthread.h>
#include <time.h>

struct table {
    pthread_rwlock_t lock;
    int rows;
};

struct table table = {.lock = PTHREAD_RWLOCK_INITIALIZER}, late;

static void *look(void *unused) {
    struct timespec now = {0};
    if (pthread_rwlock_timedrdlock(&late.lock, &now) == 0) {
        pthread_rwlock_unlock(&late.lock);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    late = table;
    pthread_rwlock_wrlock(&table.lock);
    pthread_rwlock_unlock(&table.lock);
    pthread_create(&thread, NULL, look, NULL);
    return pthread_join(thread, NULL);
}
