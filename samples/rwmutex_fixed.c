/* Many readers, now and then a writer: a price. Readers share the lock; whoever changes it takes
 * the lock alone. rwmutex_racy.c counts its readers under the shared lock.
 *
 *   raddle-cc rwmutex_fixed.c -o rwmutex_fixed && run-with-detector ./rwmutex_fixed
 *
 * Output:
 *   400 looks, the price is 9
 * Expect: clean
 */
#include "raddle.h"

#include <stdatomic.h>
#include <stdio.h>

enum { READERS = 4, LOOKS = 100, NEW_PRICE = 9 };

static rdl_rwmutex lock;
static int price;         /* guarded by lock */
static _Atomic int looks; /* counted by many at once */

static void look(void *unused) {
    (void)unused;
    for (int i = 0; i < LOOKS; i++) {
        rdl_rwmutex_rlock(&lock);
        if (price >= 0) {
            atomic_fetch_add(&looks, 1);
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
    return looks == READERS * LOOKS && price == NEW_PRICE ? 0 : 1;
}
