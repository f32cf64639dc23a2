/* Rule    studies.select_of_nobody  [Tu19]
 * Expect  leak main
 * Why     none of its channels is ever sent on or closed.
 * Twin    select_of_nobody_fixed.c
 */
#include "raddle.h"

static rdl_chan *work, *quit;

static void serve(void *unused) {
    rdl_case cases[] = {RDL_CASE_RECV(work, NULL), RDL_CASE_RECV(quit, NULL)};
    while (rdl_select(cases, 2) == 0) {
    }
}

int main(void) {
    work = rdl_chan_make(0, 0);
    quit = rdl_chan_make(0, 0);
    rdl_go(serve, NULL);
    rdl_send(work, NULL);
    return 0;
}
