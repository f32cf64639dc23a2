/* One total order of all operations on channels, polls without a lock included: CH-28. */
#include <criterion/criterion.h>
#include <stdatomic.h>

#include "test_runtime.h"

#define ROUNDS 50000
#define ENOUGH (500 * RDL_MILLISECOND)
#define SPINS  20000 /* then the other one may have no CPU */

/* Two tasks that do something at the same instant, again and again. */
struct duel {
    rdl_chan *sent[2];
    _Atomic int flag[2];
    _Atomic long met;
    _Atomic bool over;
    bool saw[2];
    long rounds, neither;
    rdl_waitgroup left;
    void (*strike)(struct duel *d, int me);
};

struct duellist {
    struct duel *duel;
    int me;
};

static void meet(struct duel *d, long *met) {
    *met += 2;
    atomic_fetch_add(&d->met, 1);
    for (int spins = 0; atomic_load(&d->met) < *met; spins++) {
        if (spins > SPINS) {
            rdl_yield();
        }
    }
}

static void fight(void *arg) {
    struct duellist *self = arg;
    struct duel *d = self->duel;
    rdl_time start = rdl_now();
    long met = 0;
    while (!atomic_load(&d->over)) {
        meet(d, &met);
        d->strike(d, self->me);
        meet(d, &met);
        if (self->me == 0) {
            d->neither += !d->saw[0] && !d->saw[1];
            atomic_store(&d->over, ++d->rounds == ROUNDS || rdl_now() - start > ENOUGH);
        }
        rdl_try_recv(d->sent[self->me], NULL, NULL);
        atomic_store(&d->flag[self->me], 0);
        meet(d, &met);
    }
    rdl_waitgroup_done(&d->left);
}

static void expect_somebody_sees(void (*strike)(struct duel *d, int me)) {
    struct duel d = {.sent = {RDL_CHAN(int, 1), RDL_CHAN(int, 1)}, .strike = strike};
    struct duellist both[] = {{&d, 0}, {&d, 1}};
    rdl_waitgroup_add(&d.left, 2);
    rdl_go(fight, &both[0]);
    rdl_go(fight, &both[1]);
    rdl_waitgroup_wait(&d.left);
    cr_assert_eq(d.neither, 0, "%ld of %ld", d.neither, d.rounds);
    rdl_chan_free(d.sent[0]);
    rdl_chan_free(d.sent[1]);
}

static void send_and_poll(struct duel *d, int me) {
    int one = 1;
    rdl_send(d->sent[me], &one);
    d->saw[me] = rdl_try_recv(d->sent[1 - me], NULL, NULL);
}

Test(chan_order, CH_28_two_that_send_and_poll_do_not_both_miss) {
    expect_somebody_sees(send_and_poll);
}

/* A send is over for everybody when it returns, as Go's is. */
static void send_or_store(struct duel *d, int me) {
    int one = 1;
    if (me == 0) {
        rdl_send(d->sent[0], &one);
        d->saw[0] = atomic_load(&d->flag[1]) != 0;
    } else {
        atomic_store(&d->flag[1], 1);
        d->saw[1] = rdl_try_recv(d->sent[0], NULL, NULL);
    }
}

Test(chan_order, CH_28_AT_02_one_order_with_the_programs_atomics) {
    expect_somebody_sees(send_or_store);
}
