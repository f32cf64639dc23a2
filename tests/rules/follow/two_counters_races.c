/* Rule    follow.two-counters  [SHB18]
 * Expect  race sent received
 * Follows none
 * Why     neither counter is read to learn of the other: two races, each of its own.
 * Twin    two_counters_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int sent, received;
rdl_mutex m, n;

static void count(rdl_mutex *mine) {
    rdl_mutex_lock(mine);
    sent++;
    received++;
    rdl_mutex_unlock(mine);
}

static void a(void *unused) {
    count(&m);
    mark(1);
    await(2);
    count(&m);
    mark(3);
}

int main(void) {
    rdl_mutex *mine = &n;
    rdl_go(a, NULL);
    await(1);
    count(mine);
    mark(2);
    await(3);
    count(mine);
    return 0;
}
