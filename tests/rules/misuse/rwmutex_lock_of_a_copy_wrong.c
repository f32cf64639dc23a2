/* Rule    misuse.rwmutex_lock_of_a_copy  [MU-10]
 * Expect  misuse table
 * Also    deadlock
 * Why     the copy holds the reader who was inside when it was made: who writes to it waits for ever.
 * Twin    rwmutex_lock_of_a_copy_right.c
 */
#include <raddle.h>

struct table {
    rdl_rwmutex rw;
    int rows;
};

static struct table copy_of(struct table *t) {
    rdl_rwmutex_rlock(&t->rw);
    struct table copy = *t;
    rdl_rwmutex_runlock(&t->rw);
    return copy;
}

struct table table = {.rows = 1};

int main(void) {
    struct table copy = copy_of(&table);
    rdl_rwmutex_lock(&copy.rw);
    return copy.rows - 1;
}
