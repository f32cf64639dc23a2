/* Rule    misuse.send_on_closed  [TX-07]
 * Expect  none
 * Why     it is closed afterwards.
 * Twin    send_on_closed_wrong.c
 */
#include <raddle.h>

int main(void) {
    rdl_chan *ch = rdl_chan_make(0, 1);
    rdl_send(ch, NULL);
    rdl_close(ch);
    rdl_chan_free(ch);
    return 0;
}
