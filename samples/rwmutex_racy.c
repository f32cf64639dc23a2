/* A lock that many may hold at once guards nothing that they write. The readers of this price count
 * themselves while they hold the shared side: two of them may add at the same time, and a count is
 * lost. rwmutex_fixed.c counts with an atomic.
 *
 *   raddle-cc rwmutex_racy.c -o rwmutex_racy && run-with-detector ./rwmutex_racy
 *
 * Output (varies):
 *   400 looks, the price is 9
 * Expect: data-race looks
 */
#include "raddle.h"

#include <stdio.h>

enum { READERS = 4, LOOKS = 100, NEW_PRICE = 9 };

static rdl_rwmutex lock;
static int price; /* guarded by lock */
static int looks; /* guarded by nothing: readers do not keep each other out */

static void look(void *unused) {
    (void)unused;
    for (int i = 0; i < LOOKS; i++) {
        rdl_rwmutex_rlock(&lock);
        if (price >= 0) {
            looks++;
        }
        rdl_rwmutex_runlock(&lock);
    }
}

static void change(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&lock);
    RDL_DEFER_UNLOCK(&lock);
    price = NEW_PRICE;
}

int main(void) {
    rdl_waitgroup wg = {0};
    for (int i = 0; i < READERS; i++) {
        rdl_waitgroup_go(&wg, look, NULL);
    }
    rdl_waitgroup_go(&wg, change, NULL);
    rdl_waitgroup_wait(&wg);
    printf("%d looks, the price is %d\n", looks, price);
    return price == NEW_PRICE ? 0 : 1;
}
