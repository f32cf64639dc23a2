/* Rule    misuse.wunlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  misuse table
 * Why     the copy is unlocked, and the table stays locked.
 * Twin    wunlock_of_pthread_copy_right.c
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
    drop(&copy);
    table.rows--;
    return copy.rows - table.rows;
}
