/* Rule    history.one-reader-of-sixteen  [HB-M-01, D3]
 * Expect  race x
 * Each    0 15
 * Why     main hears from all but one; that one is found whatever its position among them.
 * Twin    one_reader_of_sixteen_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdlib.h>

int x;
rdl_chan *c;

static void reader(void *tells_main) {
    int seen = x;
    mark(1);
    if (tells_main != NULL && seen == 0) {
        rdl_send(c, NULL);
    }
    mark(2);
}

int main(int argc, char **argv) {
    int silent = argc > 1 ? atoi(argv[1]) : 0;
    c = rdl_chan_make(0, 16);
    for (int i = 0; i < 16; i++) {
        rdl_go(reader, i == silent ? NULL : &c);
        await_times(1, i + 1);
    }
    await_times(2, 16);
    while (rdl_try_recv(c, NULL, NULL)) {
    }
    x = 1;
    return 0;
}
