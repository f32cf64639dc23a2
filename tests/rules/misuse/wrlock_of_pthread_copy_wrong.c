/* Rule    misuse.wrlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  misuse table
 * Why     the copy is read by somebody who was only in the other one, for ever.
 * Twin    wrlock_of_pthread_copy_right.c
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct table {
    pthread_rwlock_t lock;
    int rows;
};

struct table table = {.lock = PTHREAD_RWLOCK_INITIALIZER};

static void add(struct table *to) {
    struct timespec now = {0};
    if (pthread_rwlock_timedwrlock(&to->lock, &now) == 0) {
        to->rows++;
        pthread_rwlock_unlock(&to->lock);
    }
}

int main(void) {
    struct table *bigger = malloc(sizeof *bigger);
    pthread_rwlock_rdlock(&table.lock);
    memcpy(bigger, &table, sizeof table);
    pthread_rwlock_unlock(&table.lock);
    add(bigger);
    free(bigger);
    return 0;
}
