/* A buffered channel is a mailbox: the sender leaves up to `capacity` letters without anybody
 * there to take them, and they come out in the order they went in.
 *
 *   raddle-cc mailbox.c -o mailbox && run-with-detector ./mailbox
 *
 * Output:
 *   2 of 2 letters in the box
 *   no room for a third
 *   first
 *   second
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>
#include <string.h>

int main(void) {
    rdl_chan *mailbox = RDL_CHAN(const char *, 2);
    RDL_SEND_VALUE(mailbox, (const char *)"first");
    RDL_SEND_VALUE(mailbox, (const char *)"second");
    printf("%zu of %zu letters in the box\n", rdl_chan_len(mailbox), rdl_chan_cap(mailbox));

    const char *third = "third";
    bool delivered = rdl_try_send(mailbox, &third); /* rdl_send would wait here for ever */
    printf("%s\n", delivered ? "delivered a third" : "no room for a third");

    const char *one = RDL_RECV_VALUE(mailbox, const char *);
    const char *two = RDL_RECV_VALUE(mailbox, const char *);
    printf("%s\n%s\n", one, two);
    rdl_chan_free(mailbox);
    return !delivered && strcmp(one, "first") == 0 && strcmp(two, "second") == 0 ? 0 : 1;
}
