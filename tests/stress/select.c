/* Selects over the same channels in many orders, both directions at once, duplicates, time-outs and
 * defaults: what was sent is received, nobody is stuck.
 *
 * Rules: SE-04 SE-10 SE-11 SE-13 SE-14 SE-15
 */
#include "stress.h"

#define CHANNELS 4
#define VALUES   400 /* through each channel, by plain senders and by selects */
#define PAIRS    3

struct field {
    rdl_chan *ch[CHANNELS];
    uint64_t nth;
};

static void shuffle(int *order, int n, struct dice *d) {
    for (int i = n - 1; i > 0; i--) {
        int j = (int)roll(d, (uint32_t)i + 1);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

struct plain {
    struct field *field;
    int channel;
};

static void plain_sender(void *arg) {
    const struct plain *p = arg;
    for (int i = 0; i < VALUES; i++) {
        rdl_send(p->field->ch[p->channel], &i);
    }
}

static void plain_receiver(void *arg) {
    const struct plain *p = arg;
    for (int i = 0; i < VALUES; i++) {
        int v;
        CHECK(rdl_recv(p->field->ch[p->channel], &v));
        CHECK(v >= 0 && v < VALUES);
    }
}

/* As many values to each channel as the plain ones move, whatever the order in which they go. */
static void mover(struct field *f, bool sends) {
    struct dice d = dice_of(f->nth + sends);
    int left[CHANNELS], done = 0, value = 7, got[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
        left[i] = VALUES;
    }
    while (done < CHANNELS * VALUES) {
        int order[CHANNELS] = {0, 1, 2, 3};
        rdl_case cases[2 * CHANNELS];
        shuffle(order, CHANNELS, &d);
        for (int i = 0; i < 2 * CHANNELS; i++) { /* every channel twice */
            int c = order[i % CHANNELS];
            rdl_chan *ch = left[c] > 0 ? f->ch[c] : NULL;
            cases[i] = sends ? RDL_CASE_SEND(ch, &value) : RDL_CASE_RECV(ch, &got[c]);
        }
        size_t chosen = rdl_select(cases, roll(&d, 2) == 0 ? CHANNELS : 2 * CHANNELS);
        left[order[chosen % CHANNELS]]--;
        done++;
        CHECK(sends || cases[chosen].ok);
    }
}

static void select_sender(void *field) {
    mover(field, true);
}

static void select_receiver(void *field) {
    mover(field, false);
}

static void crowd(uint64_t nth, size_t capacity) {
    struct field f = {.nth = nth};
    struct plain plain[CHANNELS];
    rdl_waitgroup wg = {0};
    for (int i = 0; i < CHANNELS; i++) {
        f.ch[i] = RDL_CHAN(int, capacity);
        plain[i] = (struct plain){&f, i};
        rdl_waitgroup_go(&wg, plain_sender, &plain[i]);
        rdl_waitgroup_go(&wg, plain_receiver, &plain[i]);
    }
    rdl_waitgroup_go(&wg, select_sender, &f);
    rdl_waitgroup_go(&wg, select_receiver, &f);
    rdl_waitgroup_wait(&wg);
    for (int i = 0; i < CHANNELS; i++) {
        CHECK(rdl_chan_len(f.ch[i]) == 0);
        rdl_chan_free(f.ch[i]);
    }
}

/* -- send and receive of one channel in one select: never one's own value on an unbuffered one -- */

struct pair {
    rdl_chan *ch;
    atomic_long sent, received;
    uint64_t nth;
    int number;
};

struct half {
    struct pair *pair;
    int number;
};

static void both_ways(void *arg) {
    const struct half *h = arg;
    struct dice d = dice_of(h->pair->nth + (uint64_t)h->number);
    for (int i = 0; i < VALUES; i++) {
        int in = -1, out = h->number;
        rdl_case cases[] = {RDL_CASE_SEND(h->pair->ch, &out), RDL_CASE_RECV(h->pair->ch, &in),
                            RDL_CASE_TIMEOUT((rdl_duration)roll(&d, 3) * 20 * RDL_MICROSECOND)};
        switch (rdl_select(cases, 3)) {
        case 0:
            atomic_fetch_add(&h->pair->sent, 1);
            break;
        case 1:
            CHECK(in != h->number && in >= 0);
            atomic_fetch_add(&h->pair->received, 1);
            break;
        default:
            break;
        }
        jitter(&d);
    }
}

static void pairs(uint64_t nth) {
    struct pair p = {.ch = RDL_CHAN(int, 0), .nth = nth};
    struct half halves[PAIRS];
    rdl_waitgroup wg = {0};
    for (int i = 0; i < PAIRS; i++) {
        halves[i] = (struct half){&p, i};
        rdl_waitgroup_go(&wg, both_ways, &halves[i]);
    }
    rdl_waitgroup_wait(&wg);
    CHECK(atomic_load(&p.sent) == atomic_load(&p.received));
    rdl_chan_free(p.ch);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        crowd((uint64_t)i * 1000, (size_t)i % 3);
        crowd((uint64_t)i * 1000 + 10, 0);
        pairs((uint64_t)i * 1000 + 100);
    }
    return 0;
}
