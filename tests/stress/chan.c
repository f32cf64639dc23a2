/* Senders and receivers on one channel, every element size and capacity, blocking forms, tries and
 * selects mixed: nothing lost, nothing twice, each sender's values in order.
 *
 * Rules: CH-06 CH-07 CH-08 CH-09 CH-11 CH-13 CH-28
 */
#include "stress.h"

#define SENDERS   4
#define RECEIVERS 3
#define MESSAGES  150
#define LARGEST   4096

struct flow {
    rdl_chan *ch;
    size_t size;
    atomic_long count[SENDERS], sum[SENDERS], all;
    uint64_t nth;
};

struct part {
    struct flow *flow;
    uint32_t number;
};

union message {
    unsigned char bytes[LARGEST];
    struct {
        uint32_t sender, number;
    } head;
};

/* How much of a message an element of this size carries: the head, or less. */
static void fill(union message *m, size_t size, uint32_t sender, uint32_t number) {
    m->head.sender = sender;
    m->head.number = number;
    if (size == 1) {
        m->bytes[0] = (unsigned char)sender;
    }
    for (size_t i = sizeof(m->head); i < size; i++) {
        m->bytes[i] = (unsigned char)(sender * 31 + number + i);
    }
}

static void check_rest(const union message *m, size_t size) {
    for (size_t i = sizeof(m->head); i < size; i++) {
        CHECK(m->bytes[i] == (unsigned char)(m->head.sender * 31 + m->head.number + i));
    }
}

static void send_somehow(rdl_chan *ch, const void *message, struct dice *d) {
    rdl_case cases[] = {RDL_CASE_SEND(ch, message), RDL_CASE_RECV(NULL, NULL)};
    switch (roll(d, 4)) {
    case 0: /* two that only try never meet without a buffer: after some tries it waits */
        for (int tries = 0; tries < 3; tries++) {
            if (rdl_try_send(ch, message)) {
                return;
            }
            rdl_yield();
        }
        rdl_send(ch, message);
        break;
    case 1:
        CHECK(rdl_select(cases, 2) == 0);
        break;
    default:
        rdl_send(ch, message);
    }
}

static bool receive_somehow(rdl_chan *ch, void *message, struct dice *d) {
    bool ok;
    rdl_case cases[] = {RDL_CASE_RECV(ch, message), RDL_CASE_SEND(NULL, NULL)};
    switch (roll(d, 4)) {
    case 0:
        for (int tries = 0; tries < 3; tries++) {
            if (rdl_try_recv(ch, message, &ok)) {
                return ok;
            }
            rdl_yield();
        }
        return rdl_recv(ch, message);
    case 1:
        CHECK(rdl_select(cases, 2) == 0);
        return cases[0].ok;
    default:
        return rdl_recv(ch, message);
    }
}

static void sender(void *arg) {
    const struct part *p = arg;
    struct dice d = dice_of(p->flow->nth + p->number);
    union message m;
    for (uint32_t i = 1; i <= MESSAGES; i++) {
        fill(&m, p->flow->size, p->number, i);
        send_somehow(p->flow->ch, &m, &d);
        m.head.number = 0; /* the channel has its copy [CH-06] */
        jitter(&d);
    }
}

static void receiver(void *arg) {
    const struct part *p = arg;
    struct flow *f = p->flow;
    struct dice d = dice_of(f->nth + 100 + p->number);
    union message m;
    uint32_t last[SENDERS] = {0};
    while (receive_somehow(f->ch, &m, &d)) {
        atomic_fetch_add(&f->all, 1);
        if (f->size == 1) {
            CHECK(m.bytes[0] < SENDERS);
            atomic_fetch_add(&f->count[m.bytes[0]], 1);
        } else if (f->size >= sizeof(m.head)) {
            CHECK(m.head.sender < SENDERS && m.head.number > last[m.head.sender]);
            last[m.head.sender] = m.head.number;
            check_rest(&m, f->size);
            atomic_fetch_add(&f->count[m.head.sender], 1);
            atomic_fetch_add(&f->sum[m.head.sender], m.head.number);
        }
        jitter(&d);
    }
}

static void round_of(size_t size, size_t capacity, uint64_t nth) {
    struct flow f = {.ch = rdl_chan_make(size, capacity), .size = size, .nth = nth};
    struct part parts[SENDERS + RECEIVERS];
    rdl_waitgroup senders = {0};
    rdl_waitgroup receivers = {0};
    for (uint32_t i = 0; i < SENDERS + RECEIVERS; i++) {
        bool sends = i < SENDERS;
        parts[i] = (struct part){&f, sends ? i : i - SENDERS};
        rdl_waitgroup_go(sends ? &senders : &receivers, sends ? sender : receiver, &parts[i]);
    }
    rdl_waitgroup_wait(&senders);
    rdl_close(f.ch);
    rdl_waitgroup_wait(&receivers);
    CHECK(atomic_load(&f.all) == SENDERS * MESSAGES);
    for (int i = 0; i < SENDERS; i++) {
        CHECK(size == 0 || atomic_load(&f.count[i]) == MESSAGES);
        CHECK(size < 8 || atomic_load(&f.sum[i]) == (long)MESSAGES * (MESSAGES + 1) / 2);
    }
    rdl_chan_free(f.ch);
}

int main(int argc, char **argv) {
    static const size_t sizes[] = {0, 1, 8, 24, LARGEST};
    static const size_t capacities[] = {0, 1, 2, 10};
    stress_begin(argc, argv);
    for (int round = 0; round < stress.length; round++) {
        for (size_t i = 0; i < 20; i++) {
            round_of(sizes[i % 5], capacities[i / 5], (uint64_t)round * 100000 + i * 1000);
        }
    }
    return 0;
}
