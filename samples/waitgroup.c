/* A waitgroup counts goroutines: main waits until three workers are done. What they wrote before
 * done, main may read after wait. Each writes a slot of its own, so they need no lock.
 *
 *   raddle-cc waitgroup.c -o waitgroup && run-with-detector ./waitgroup
 *
 * Output:
 *   0 1 4
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static rdl_waitgroup workers;
static int squares[3];

static void work(void *arg) {
    int *slot = arg;
    int number = (int)(slot - squares);
    *slot = number * number;
    rdl_waitgroup_done(&workers);
}

int main(void) {
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_add(&workers, 1); /* before rdl_go: the worker may be done at once */
        rdl_go(work, &squares[i]);
    }
    rdl_waitgroup_wait(&workers);

    printf("%d %d %d\n", squares[0], squares[1], squares[2]);
    return squares[0] + squares[1] + squares[2] == 5 ? 0 : 1;
}
