/* Rule    follow.polled-flag  [SHB18]
 * Expect  race flag payload
 * Follows payload
 * Why     who saw the flag sees the payload behind it: with the same reads no schedule
 *         brings the accesses of payload together. A race all the same: C11 and Go call it one.
 * Twin    polled_flag_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int payload;
int flag;

static void a(void *unused) {
    await(1);
    payload = 1;
    flag = 1;
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    while (flag == 0) {
        mark(1);
        await(2);
    }
    return payload == 0;
}
