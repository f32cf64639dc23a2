/* Rule    misuse.use_of_freed_channel  [TX-07]
 * Expect  misuse freed
 * Why     it is freed.
 * Twin    use_of_freed_channel_right.c
 */
#include <raddle.h>

int main(void) {
    rdl_chan *ch = rdl_chan_make(0, 1);
    rdl_chan_free(ch);
    rdl_send(ch, NULL);
    return 0;
}
