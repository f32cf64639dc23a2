/* Rule    atomic.every-size  [HB-C11-02]
 * Expect  none
 * Why     one-byte and eight-byte atomics order like four-byte ones.
 * Twin    every_size_races.c
 */
#include "raddle.h"

#include "../invisible.h"

#include <stdatomic.h>

int x;
_Atomic char s;
_Atomic long t;

static void a(void *unused) {
    x = 1;
    atomic_store_explicit(&s, 1, memory_order_release);
    mark(1);
}

static void b(void *unused) {
    await(1);
    atomic_load_explicit(&s, memory_order_acquire);
    atomic_store_explicit(&t, 1, memory_order_release);
    mark(2);
}

int main(void) {
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    await(2);
    atomic_load_explicit(&t, memory_order_acquire);
    x = 2;
    return 0;
}
