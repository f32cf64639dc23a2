/* Rule    goroutine.stack-is-used-again  [HB-M-06]
 * Expect  none
 * Why     the stack of a goroutine that has ended is fresh memory for the next.
 * Twin    stack_is_used_again_races.c
 */
#include "raddle.h"

#include "../invisible.h"

enum { A_STAYS = 0 };

static void a(void *unused) {
    volatile int local[100];
    for (int i = 0; i < 100; i++) {
        local[i] = unused == NULL;
    }
    give((void *)local);
    mark(1);
    await_times(2, A_STAYS);
}

static void b(void *stack_of_a) {
    volatile int local[100];
    volatile int *numbers = A_STAYS ? stack_of_a : local;
    for (int i = 0; i < 100; i++) {
        numbers[i] = 2;
    }
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    while (!A_STAYS && rdl_num_tasks() > 1) {
        rdl_yield();
    }
    rdl_go(b, take());
    await(2);
    return 0;
}
