/* Rule    misuse.use_of_freed_channel  [TX-07]
 * Expect  none
 * Why     it is freed afterwards.
 * Twin    use_of_freed_channel_wrong.c
 */
#include <raddle.h>

int main(void) {
    rdl_chan *ch = rdl_chan_make(0, 1);
    rdl_send(ch, NULL);
    rdl_chan_free(ch);
    return 0;
}
