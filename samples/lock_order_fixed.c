/* Two transfers, two locks, one order for everybody: alice's lock before bob's, whoever pays. So
 * nobody holds what another needs while waiting for what the other holds.
 * lock_order_deadlock.c is the same without the agreement.
 *
 *   raddle-cc lock_order_fixed.c -o lock_order_fixed && run-with-detector ./lock_order_fixed
 *
 * Output:
 *   alice has 8, bob has 12
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static rdl_mutex alice_lock, bob_lock; /* taken in this order */
static int alice = 10, bob = 10;       /* each guarded by its lock */
static rdl_chan *meet;                 /* unbuffered: both have come when it lets them through */

static void alice_pays_bob(void *unused) {
    (void)unused;
    rdl_send(meet, NULL);
    rdl_mutex_lock(&alice_lock);
    rdl_mutex_lock(&bob_lock);
    alice -= 5;
    bob += 5;
    rdl_mutex_unlock(&bob_lock);
    rdl_mutex_unlock(&alice_lock);
}

static void bob_pays_alice(void *unused) {
    (void)unused;
    rdl_recv(meet, NULL);
    rdl_mutex_lock(&alice_lock);
    rdl_mutex_lock(&bob_lock);
    bob -= 3;
    alice += 3;
    rdl_mutex_unlock(&bob_lock);
    rdl_mutex_unlock(&alice_lock);
}

int main(void) {
    meet = rdl_chan_make(0, 0);
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, alice_pays_bob, NULL);
    rdl_waitgroup_go(&both, bob_pays_alice, NULL);
    rdl_waitgroup_wait(&both);

    printf("alice has %d, bob has %d\n", alice, bob);
    rdl_chan_free(meet);
    return alice == 8 && bob == 12 ? 0 : 1;
}
