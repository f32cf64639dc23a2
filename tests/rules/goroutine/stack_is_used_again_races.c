/* Rule    goroutine.stack-is-used-again  [HB-M-06]
 * Expect  race
 * Why     B writes where A lives, not to a stack that A has left.
 * Twin    stack_is_used_again_ordered.c
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
    await(2);
}

static void b(void *left) {
    int local[100];
    int *own = local;
    own = left;
    for (int i = 0; i < 100; i++) {
        own[i] = 2;
    }
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_go(b, take());
    await(2);
    return 0;
}
