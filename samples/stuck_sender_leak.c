/* Ask three mirrors, take the first answer. The other two wait for ever with an answer that nobody
 * takes any more: each such question leaks two goroutines. stuck_sender_fixed.c gives every answer
 * a place to lie.
 *
 *   raddle-cc stuck_sender_leak.c -o stuck_sender_leak && run-with-detector ./stuck_sender_leak
 *
 * Output:
 *   who is the fairest: you are
 * Expect: leak
 */
#include "raddle.h"

#include <stdio.h>

enum { MIRRORS = 3 };
static rdl_chan *answers; /* what nobody could reach any more would be told while main still runs */

static void mirror(void *unused) {
    (void)unused;
    RDL_SEND_VALUE(answers, (const char *)"you are");
}

static const char *ask(void) {
    answers = RDL_CHAN(const char *, 0); /* a sender waits for its receiver */
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
