/* Rule    misuse.send_on_closed  [TX-07]
 * Expect  panic send
 * Why     it is closed.
 * Twin    send_on_closed_right.c
 */
#include <raddle.h>

int main(void) {
    rdl_chan *ch = rdl_chan_make(0, 1);
    rdl_close(ch);
    rdl_send(ch, NULL);
    rdl_chan_free(ch);
    return 0;
}
