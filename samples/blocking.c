/* A call into a library that blocks its thread, here pause-like reading from a pipe, would hold up
 * whoever needs the thread. rdl_blocking tells the runtime, and the other goroutines go on, even
 * when only one may run at a time.
 *
 *   raddle-cc blocking.c -o blocking && run-with-detector ./blocking
 *
 * Output:
 *   counted to 1000 meanwhile
 *   the library returned 'x'
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>
#include <unistd.h>

static int ends[2];

static void library_call(void *letter) {
    while (read(ends[0], letter, 1) != 1) {
    }
}

static void ask_library(void *letters) {
    char letter = 0;
    rdl_blocking(library_call, &letter);
    rdl_send(letters, &letter);
}

int main(void) {
    if (pipe(ends) != 0) {
        return 1;
    }
    rdl_maxprocs(1);
    rdl_chan *letters = RDL_CHAN(char, 0);
    rdl_go(ask_library, letters);

    int n = 0;
    while (n < 1000) {
        n++;
        rdl_yield();
    }
    printf("counted to %d meanwhile\n", n);
    if (write(ends[1], "x", 1) != 1) {
        return 1;
    }
    char letter = RDL_RECV_VALUE(letters, char);
    printf("the library returned '%c'\n", letter);
    rdl_chan_free(letters);
    return letter == 'x' ? 0 : 1;
}
