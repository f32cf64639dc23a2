/* Rule    misuse.negative_waitgroup  [TX-07]
 * Expect  none
 * Why     one was added.
 * Twin    negative_waitgroup_wrong.c
 */
#include <raddle.h>

int main(void) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_add(&wg, 1);
    rdl_waitgroup_done(&wg);
    return 0;
}
