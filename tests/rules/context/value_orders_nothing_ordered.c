/* Rule    context.value-orders-nothing  [HB-CX-02]
 * Expect  none
 * Why     main writes what the value points to before it makes the context known.
 * Twin    value_orders_nothing_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *unused) {
    rdl_ctx *ctx = take();
    await(1);
    int *value = rdl_ctx_value(ctx, &x);
    *value = 2;
    mark(2);
}

int main(void) {
    x = 1;
    rdl_go(a, NULL);
    give(rdl_ctx_with_value(rdl_ctx_background(), &x, &x));
    mark(1);
    await(2);
    return 0;
}
