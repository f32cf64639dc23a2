/* Rule    misuse.runlock_of_a_copy  [MU-10]
 * Expect  misuse table
 * Why     the copy is unlocked, and the next writer of the table waits for ever.
 * Twin    runlock_of_a_copy_right.c
 */
#include <raddle.h>

struct table {
    rdl_rwmutex rw;
    int rows;
};

struct table table;

static int count(struct table *t) {
    int rows = t->rows;
    rdl_rwmutex_runlock(&t->rw);
    return rows;
}

int main(void) {
    rdl_rwmutex_rlock(&table.rw);
    struct table copy = table;
    return count(&copy) + copy.rows;
}
