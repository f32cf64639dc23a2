/* Rule    misuse.rwmutex_lock_of_a_copy  [MU-10]
 * Expect  none
 * Why     the copy is only read.
 * Twin    rwmutex_lock_of_a_copy_wrong.c
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
    rdl_rwmutex_lock(&table.rw);
    return copy.rows - 1;
}
