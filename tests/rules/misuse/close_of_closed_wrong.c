/* Rule    misuse.close_of_closed  [TX-07]
 * Expect  panic close
 * Why     it is closed.
 * Twin    close_of_closed_right.c
 */
#include <raddle.h>

int main(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    rdl_close(ch);
    rdl_close(ch);
    rdl_chan_free(ch);
    return 0;
}
