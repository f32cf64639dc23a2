/* Rule    leak.tests_in_parallel  [D10]
 * Expect  leak receive leaky
 * Says    Test: leaky
 * Why     of two tests that run at the same time the one that made it is to blame, whichever ends first.
 * Twin    tests_in_parallel_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

static rdl_chan *never, *both;

static void stuck(void *unused) {
    rdl_recv(never, NULL);
}

static void clean(void *over) {
    rdl_test_begin("clean");
    rdl_recv(both, NULL);
    rdl_test_end();
    rdl_waitgroup_done(over);
}

static void leaky(void *over) {
    rdl_test_begin("leaky");
    rdl_send(both, NULL);
    rdl_go(stuck, NULL);
    rdl_test_end();
    rdl_waitgroup_done(over);
}

int main(void) {
    rdl_waitgroup over = {0};
    never = rdl_chan_make(0, 0);
    both = rdl_chan_make(0, 0);
    rdl_waitgroup_add(&over, 2);
    rdl_go(clean, &over);
    rdl_go(leaky, &over);
    rdl_waitgroup_wait(&over);
    return 0;
}
