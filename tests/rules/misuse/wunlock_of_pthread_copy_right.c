/* Rule    misuse.wunlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  none
 * Why     the copy is only read.
 * Twin    wunlock_of_pthread_copy_wrong.c
 */
#include <pthread.h>

struct table {
    pthread_rwlock_t lock;
    int rows;
};

struct table table = {.lock = PTHREAD_RWLOCK_INITIALIZER};

static int drop(struct table *from) {
    from->rows--;
    pthread_rwlock_unlock(&from->lock);
    return from->rows;
}

int main(void) {
    pthread_rwlock_wrlock(&table.lock);
    struct table copy = table;
    drop(&table);
    copy.rows--;
    return copy.rows - table.rows;
}
