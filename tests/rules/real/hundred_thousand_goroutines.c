/* Rule    real.hundred-thousand-goroutines  [D5, D13]
 * Expect  none
 * Why     100,000 goroutines are alive at once, each parked on its own stack; all are heard of at
 *         the end, so nothing races and nothing leaks.
 */
#include "raddle.h"

#include "../invisible.h"

enum { GOROUTINES = 100000 };

static rdl_chan *start;
static rdl_waitgroup all;
static int numbers[GOROUTINES];

static void work(void *number) {
    mark(1);
    rdl_recv(start, NULL); /* until it is closed */
    *(int *)number += 1;
    rdl_waitgroup_done(&all);
}

int main(void) {
    start = rdl_chan_make(0, 0);
    rdl_waitgroup_add(&all, GOROUTINES);
    for (int i = 0; i < GOROUTINES; i++) {
        numbers[i] = i;
        rdl_go(work, &numbers[i]);
    }
    await_times(1, GOROUTINES);
    rdl_close(start);
    rdl_waitgroup_wait(&all);
    for (int i = 0; i < GOROUTINES; i++) {
        if (numbers[i] != i + 1) {
            return 1;
        }
    }
    return 0;
}
