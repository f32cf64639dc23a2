/* Rule    history.hundred-million-accesses-back  [D3, D4]
 * Expect  race x
 * Stack   write_x middle a
 * Stack   main
 * Why     the first write lies 10^8 accesses back, and it still has its whole call path.
 * Twin    hundred_million_accesses_back_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
int noise[4096];
rdl_chan *told;

__attribute__((noinline)) static void write_x(void) {
    x = 1;
}

__attribute__((noinline)) static void middle(void) {
    write_x();
}

static void a(void *unused) {
    middle();
    for (int i = 0; i < 100 * 1000 * 1000; i++) {
        noise[i % 4096] = i;
    }
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    x = 2;
    return 0;
}
