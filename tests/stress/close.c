/* Closing under senders, receivers and selects: every value whose send returned is received, every
 * other sender panics, everybody gets away, and the channel is freed at once.
 *
 * Rules: CH-20 CH-21 CH-22 SE-08 SE-09 PD-08
 */
#include "stress.h"

#define SENDERS   5
#define RECEIVERS 3
#define CHANNELS  60

struct flow {
    rdl_chan *ch;
    atomic_long sent, received, panicked;
    uint64_t nth;
};

struct task {
    struct flow *flow;
    uint64_t nth;
};

static void send_for_ever(void *arg) {
    struct task *t = arg;
    struct dice d = dice_of(t->nth);
    for (int i = 0;; i++) {
        rdl_case cases[] = {RDL_CASE_SEND(t->flow->ch, &i), RDL_CASE_TIMEOUT(RDL_SECOND)};
        switch (roll(&d, 3)) {
        case 0:
            if (rdl_select(cases, 2) == 1) {
                continue;
            }
            break;
        case 1:
            if (!rdl_try_send(t->flow->ch, &i)) {
                rdl_yield();
                continue;
            }
            break;
        default:
            rdl_send(t->flow->ch, &i);
        }
        atomic_fetch_add(&t->flow->sent, 1);
    }
}

static void sender(void *arg) {
    struct task *t = arg;
    rdl_panic_info info;
    CHECK(!rdl_try(send_for_ever, t, &info));
    CHECK(strcmp(info.message, "send on closed channel") == 0);
    atomic_fetch_add(&t->flow->panicked, 1);
}

static void receiver(void *arg) {
    struct task *t = arg;
    struct dice d = dice_of(t->nth);
    int v = -1;
    while (rdl_recv(t->flow->ch, &v)) {
        CHECK(v >= 0);
        atomic_fetch_add(&t->flow->received, 1);
        jitter(&d);
    }
    CHECK(v == 0);
}

static void one_channel(uint64_t nth) {
    struct flow f = {.ch = RDL_CHAN(int, (size_t)(nth % 4)), .nth = nth};
    struct task tasks[SENDERS + RECEIVERS];
    struct dice d = dice_of(nth + 99);
    rdl_waitgroup wg = {0};
    for (int i = 0; i < SENDERS + RECEIVERS; i++) {
        tasks[i] = (struct task){&f, nth + (uint64_t)i};
        rdl_waitgroup_go(&wg, i < SENDERS ? sender : receiver, &tasks[i]);
    }
    for (uint32_t i = roll(&d, 20); i > 0; i--) {
        rdl_yield();
    }
    rdl_close(f.ch);
    rdl_waitgroup_wait(&wg);
    CHECK(atomic_load(&f.panicked) == SENDERS);
    CHECK(atomic_load(&f.sent) == atomic_load(&f.received));
    CHECK(rdl_chan_len(f.ch) == 0);
    rdl_chan_free(f.ch);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        for (uint64_t n = 0; n < CHANNELS; n++) {
            one_channel(((uint64_t)i * CHANNELS + n) * 100);
        }
    }
    return 0;
}
