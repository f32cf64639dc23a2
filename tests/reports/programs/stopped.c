/* stopped.c - two goroutines wait for each other's lock; then all others have come to a stop, too.
 *
 * main waits for the two by a waitgroup, or, with an argument, by nothing that they could ever end. A third goroutine
 * runs until the first finding, so that it is told by itself.
 */
#include <raddle.h>
#include <raddle/detector.h>
#include <stdlib.h>

struct shelf {
    rdl_mutex upper, lower;
    rdl_waitgroup left;
    rdl_chan *met;
};

static void lift(void *arg) {
    struct shelf *shelf = arg;
    rdl_mutex_lock(&shelf->upper);
    rdl_send(shelf->met, NULL);
    rdl_mutex_lock(&shelf->lower);
    rdl_waitgroup_done(&shelf->left);
}

static void lay(void *arg) {
    struct shelf *shelf = arg;
    rdl_mutex_lock(&shelf->lower);
    rdl_recv(shelf->met, NULL);
    rdl_mutex_lock(&shelf->upper);
    rdl_waitgroup_done(&shelf->left);
}

static void watch(void *arg) {
    while (rdl_findings_count() == 0) {
        rdl_sleep(RDL_MILLISECOND);
    }
    (void)arg;
}

int main(int argc, char **argv) {
    struct shelf *shelf = calloc(1, sizeof *shelf);
    shelf->met = rdl_chan_make(0, 0);
    rdl_waitgroup_add(&shelf->left, 2);
    rdl_go(watch, NULL);
    rdl_go(lift, shelf);
    rdl_go(lay, shelf);
    if (argc > 1) {
        rdl_recv(NULL, argv);
    }
    rdl_waitgroup_wait(&shelf->left);
    return 0;
}
