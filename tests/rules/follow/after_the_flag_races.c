/* Rule    follow.after-the-flag  [SHB18]
 * Expect  race flag payload
 * Follows none
 * Why     the flag was up before payload was written, so payload is a race of its own.
 * Twin    after_the_flag_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int payload, flag;
rdl_mutex m, n;

static void a(void *unused) {
    await(1);
    rdl_mutex_lock(&m);
    flag = 1;
    payload = 1;
    rdl_mutex_unlock(&m);
    mark(2);
}

int main(void) {
    rdl_mutex *mine = &n;
    int seen = 0;
    rdl_go(a, NULL);
    while (!seen) {
        rdl_mutex_lock(mine);
        seen = flag;
        rdl_mutex_unlock(mine);
        mark(1);
        rdl_yield();
    }
    await(2);
    rdl_mutex_lock(mine);
    seen += payload;
    rdl_mutex_unlock(mine);
    return seen != 2;
}
