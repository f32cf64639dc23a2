/* Rule    follow.polled-flag  [SHB18]
 * Expect  none
 * Why     the flag is atomic: who sees it has received what came before it.
 * Twin    polled_flag_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int payload;
_Atomic int flag;

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
