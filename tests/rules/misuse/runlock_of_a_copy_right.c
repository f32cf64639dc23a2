/* Rule    misuse.runlock_of_a_copy  [MU-10]
 * Expect  none
 * Why     the copy is only read.
 * Twin    runlock_of_a_copy_wrong.c
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
    return count(&table) + copy.rows;
}
