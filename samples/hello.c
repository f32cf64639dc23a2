/* Hello, goroutine. rdl_go starts one and does not wait for it: main waits for word on a channel,
 * because the program ends when main returns.
 *
 *   raddle-cc hello.c -o hello && run-with-detector ./hello
 *
 * Output:
 *   hello from a goroutine
 *   hello from main
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static void greet(void *done) {
    printf("hello from a goroutine\n");
    rdl_close(done);
}

int main(void) {
    rdl_chan *done = rdl_chan_make(0, 0);
    rdl_go(greet, done);

    bool more = rdl_recv(done, NULL); /* returns when greet has closed the channel */
    printf("hello from main\n");
    rdl_chan_free(done);
    return more ? 1 : 0;
}
