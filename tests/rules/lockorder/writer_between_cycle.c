/* Rule    lockorder.writer_between  [D9]
 * Expect  lock-order
 * Why     who writes waits for the first reader, and the second one waits behind it.
 * Twin    writer_between_safe.c
 */
#include "../invisible.h"
#include "raddle.h"

rdl_rwmutex table;
rdl_mutex log_lock;

void reader(void *unused) {
    rdl_rwmutex_rlock(&table);
    rdl_mutex_lock(&log_lock), rdl_mutex_unlock(&log_lock);
    rdl_rwmutex_runlock(&table);
    mark(0);
}

void logger(void *unused) {
    await(0);
    rdl_mutex_lock(&log_lock);
    rdl_rwmutex_rlock(&table), rdl_rwmutex_runlock(&table);
    rdl_mutex_unlock(&log_lock);
    mark(1);
}

void writer(void *unused) {
    await(1);
    rdl_rwmutex_lock(&table);
    rdl_rwmutex_unlock(&table);
}

int main(void) {
    rdl_waitgroup all = {0};
    rdl_waitgroup_go(&all, reader, NULL);
    rdl_waitgroup_go(&all, logger, NULL);
    rdl_waitgroup_go(&all, writer, NULL);
    rdl_waitgroup_wait(&all);
    return 0;
}
