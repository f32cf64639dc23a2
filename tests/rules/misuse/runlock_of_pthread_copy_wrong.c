/* Rule    misuse.runlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  misuse table
 * Why     the copy is let go, too, by one who never took it.
 * Twin    runlock_of_pthread_copy_right.c
 */
#include <pthread.h>

struct table {
    pthread_rwlock_t lock;
    int rows;
};

struct table table = {.lock = PTHREAD_RWLOCK_INITIALIZER};

int main(void) {
    struct table late, later;
    pthread_rwlock_rdlock(&table.lock);
    late = table;
    later.rows = late.rows;
    pthread_rwlock_init(&later.lock, NULL);
    pthread_rwlock_rdlock(&later.lock);
    pthread_rwlock_unlock(&table.lock);
    pthread_rwlock_unlock(&late.lock);
    pthread_rwlock_unlock(&later.lock);
    pthread_rwlock_destroy(&later.lock);
    return later.rows;
}
