/* Rule    context.value-orders-nothing  [HB-CX-02]
 * Expect  race x
 * Why     main writes it later; the look-up orders nothing.
 * Twin    value_orders_nothing_ordered.c
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
    rdl_go(a, NULL);
    x = 1;
    give(rdl_ctx_with_value(rdl_ctx_background(), &x, &x));
    mark(1);
    await(2);
    return 0;
}
