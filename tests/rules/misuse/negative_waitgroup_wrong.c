/* Rule    misuse.negative_waitgroup  [TX-07]
 * Expect  panic negative
 * Why     nobody has added anything.
 * Twin    negative_waitgroup_right.c
 */
#include <raddle.h>

int main(void) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_done(&wg);
    return 0;
}
