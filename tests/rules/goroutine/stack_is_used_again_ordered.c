/* Rule    goroutine.stack-is-used-again  [HB-M-06]
 * Expect  none
 * Why     the stack of a goroutine that has ended is fresh memory for the next.
 * Twin    stack_is_used_again_races.c
 */
#include "raddle.h"

#include "../invisible.h"

static void a(void *arg) {
    int local[100];
    for (int i = 0; i < 100; i++) {
        local[i] = arg == NULL;
    }
    give(local);
    mark(1);
}

static void b(void *left) {
    int local[100];
    int *own = local;
    (void)left;
    for (int i = 0; i < 100; i++) {
        own[i] = 2;
    }
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    for (; rdl_num_tasks() > 1; rdl_yield()) {
    }
    rdl_go(b, take());
    await(2);
    return 0;
}
