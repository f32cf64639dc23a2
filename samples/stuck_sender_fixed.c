/* Ask three mirrors, take the first answer. The channel has room for all of them, so the late ones
 * put theirs down and go. stuck_sender_leak.c keeps them waiting for ever.
 *
 *   raddle-cc stuck_sender_fixed.c -o stuck_sender_fixed && run-with-detector ./stuck_sender_fixed
 *
 * Output:
 *   who is the fairest: you are
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { MIRRORS = 3 };
static rdl_chan *answers;

static void mirror(void *unused) {
    (void)unused;
    RDL_SEND_VALUE(answers, (const char *)"you are");
}

static const char *ask(void) {
    answers = RDL_CHAN(const char *, MIRRORS); /* nobody ever waits to send */
    for (int i = 0; i < MIRRORS; i++) {
        rdl_go(mirror, NULL);
    }
    return RDL_RECV_VALUE(answers, const char *);
}

int main(void) {
    const char *answer = ask();
    printf("who is the fairest: %s\n", answer);
    return answer[0] == 'y' ? 0 : 1;
}
