/* Channels: SEMANTICS section 4. Each test is named after the rules it holds the runtime to. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "test_runtime.h"

static rdl_panic_info caught;

static bool panics_with(void (*fn)(void *), void *arg, const char *text) {
    caught.message[0] = 0;
    return !rdl_try(fn, arg, &caught) && strcmp(caught.message, text) == 0;
}

/* -- creation -- */

static void make_too_large(void *unused) {
    (void)unused;
    rdl_chan_make(8, SIZE_MAX / 4);
}

static void make_beyond_the_address_space(void *unused) {
    (void)unused;
    rdl_chan_make((size_t)1 << 20, (size_t)1 << 40);
}

Test(chan, CH_01_size_out_of_range) {
    cr_assert(panics_with(make_too_large, NULL, "makechan: size out of range"));
    cr_assert(panics_with(make_beyond_the_address_space, NULL, "makechan: size out of range"));
}

static void close_it(void *ch) {
    rdl_close(ch);
}

static void receive_nil(void) {
    rdl_recv(NULL, NULL);
}

static void send_nil(void) {
    int v = 1;
    rdl_send(NULL, &v);
}

static void range_nil(void) {
    int v;
    RDL_RANGE(NULL, v) {
        _exit(3);
    }
}

static void check_blocks_for_ever(void (*fn)(void), const char *why) {
    static struct child c;
    run_child(fn, &c);
    cr_assert(exited_with(&c, 2), "%s", c.text);
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n"));
    cr_assert(strstr(c.text, why) != NULL, "%s", c.text);
}

Test(chan, CH_02_nil_channel_parks_for_ever) {
    check_blocks_for_ever(receive_nil, "goroutine 1 [chan receive (nil chan)");
    check_blocks_for_ever(send_nil, "goroutine 1 [chan send (nil chan)");
    check_blocks_for_ever(range_nil, "goroutine 1 [chan receive (nil chan)");
}

Test(chan, CH_02_nil_channel) {
    int v = 1;
    bool ok;
    cr_assert_not(rdl_try_send(NULL, &v));
    cr_assert_not(rdl_try_recv(NULL, &v, &ok));
    cr_assert_eq(rdl_chan_len(NULL), 0);
    cr_assert_eq(rdl_chan_cap(NULL), 0);
    cr_assert(panics_with(close_it, NULL, "close of nil channel"));
}

Test(chan, CH_04_elements_without_bytes) {
    rdl_chan *ch = rdl_chan_make(0, 1000000);
    for (int i = 0; i < 100; i++) {
        rdl_send(ch, NULL);
    }
    cr_assert_eq(rdl_chan_len(ch), 100);
    for (int i = 0; i < 100; i++) {
        cr_assert(rdl_recv(ch, NULL));
    }
    cr_assert_not(rdl_try_recv(ch, NULL, NULL));
    rdl_chan_free(ch);
}

Test(chan, CH_03_channels_over_channels) {
    rdl_chan *outer = RDL_CHAN(rdl_chan *, 1);
    rdl_chan *inner = RDL_CHAN(int, 1);
    RDL_SEND_VALUE(outer, inner);
    cr_assert_eq(RDL_RECV_VALUE(outer, rdl_chan *), inner);
    rdl_chan_free(inner);
    rdl_chan_free(outer);
}

/* -- order and blocking: every capacity, several senders and receivers -- */

struct stream {
    rdl_chan *ch;
    rdl_chan *result;
    int n;
};

static void send_numbers(void *arg) {
    const struct stream *s = arg;
    for (int i = 0; i < s->n; i++) {
        rdl_send(s->ch, &i);
    }
}

Test(chan, CH_11_values_in_order_for_every_capacity) {
    for (size_t capacity = 0; capacity <= 40; capacity++) {
        struct stream s = {.ch = RDL_CHAN(int, capacity), .n = 100};
        rdl_go_copy(send_numbers, &s, sizeof(s));
        for (int i = 0; i < s.n; i++) {
            cr_assert_eq(RDL_RECV_VALUE(s.ch, int), i);
        }
        let_others_park();
        rdl_chan_free(s.ch);
    }
}

static void sum_numbers(void *arg) {
    const struct stream *s = arg;
    long sum = 0;
    int v;
    RDL_RANGE(s->ch, v) {
        sum += v;
    }
    rdl_send(s->result, &sum);
}

static void check_none_lost(size_t capacity, int procs) {
    struct stream s = {.ch = RDL_CHAN(int, capacity), .result = RDL_CHAN(long, 0), .n = 5000};
    rdl_waitgroup senders = {0};
    long sum = 0;
    rdl_maxprocs(procs);
    for (int i = 0; i < 4; i++) {
        rdl_waitgroup_go(&senders, send_numbers, &s);
        rdl_go(sum_numbers, &s);
    }
    rdl_waitgroup_wait(&senders);
    rdl_close(s.ch);
    for (int i = 0; i < 4; i++) {
        sum += RDL_RECV_VALUE(s.result, long);
    }
    cr_assert_eq(sum, 4L * s.n * (s.n - 1) / 2);
    rdl_chan_free(s.ch);
    rdl_chan_free(s.result);
}

Test(chan, CH_09_CH_16_none_lost_between_four_and_four) {
    static const size_t capacities[] = {0, 1, 2, 10};
    for (size_t i = 0; i < 4; i++) {
        for (int procs = 1; procs <= 4; procs *= 2) {
            check_none_lost(capacities[i], procs);
        }
    }
}

struct numbered {
    rdl_chan *in, *out;
    int number;
};

static void relay_number(void *arg) {
    const struct numbered *n = arg;
    int pair[2] = {n->number, 0};
    rdl_recv(n->in, &pair[1]);
    rdl_send(n->out, pair);
}

Test(chan, CH_12_receivers_are_served_in_the_order_they_came) {
    struct numbered n = {.in = RDL_CHAN(int, 0), .out = RDL_CHAN(int[2], 16)};
    int pair[2];
    for (n.number = 0; n.number < 8; n.number++) {
        rdl_go_copy(relay_number, &n, sizeof(n));
        let_others_park();
    }
    for (int i = 0; i < 8; i++) {
        rdl_send(n.in, &i);
    }
    for (int i = 0; i < 8; i++) {
        rdl_recv(n.out, pair);
        cr_assert_eq(pair[0], pair[1]);
    }
}

static void send_one(void *arg) {
    const struct numbered *n = arg;
    rdl_send(n->in, &n->number);
}

Test(chan, CH_08_CH_12_parked_senders_refill_the_buffer_in_order) {
    struct numbered n = {.in = RDL_CHAN(int, 2)};
    for (n.number = 0; n.number < 8; n.number++) {
        rdl_go_copy(send_one, &n, sizeof(n));
        let_others_park();
    }
    cr_assert_eq(rdl_chan_len(n.in), 2);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(RDL_RECV_VALUE(n.in, int), i);
    }
}

Test(chan, CH_13_CH_17_buffered_send_with_room_does_not_wait) {
    rdl_chan *ch = RDL_CHAN(int, 3);
    for (int i = 0; i < 3; i++) {
        cr_assert(rdl_try_send(ch, &i));
    }
    int more = 3;
    cr_assert_not(rdl_try_send(ch, &more));
    cr_assert_eq(rdl_chan_len(ch), 3);
    cr_assert_eq(rdl_chan_cap(ch), 3);
    rdl_chan_free(ch);
}

struct big {
    unsigned char bytes[4096];
};

static void send_big(void *ch) {
    struct big b;
    memset(&b, 0x5a, sizeof(b));
    rdl_send(ch, &b);
    memset(&b, 0, sizeof(b));
}

Test(chan, CH_06_elements_of_every_size_are_copied_whole) {
    for (size_t capacity = 0; capacity < 2; capacity++) {
        rdl_chan *ch = RDL_CHAN(struct big, capacity);
        struct big got = {{0}};
        rdl_go(send_big, ch);
        cr_assert(rdl_recv(ch, &got));
        cr_assert_eq(got.bytes[0], 0x5a);
        cr_assert_eq(got.bytes[4095], 0x5a);
    }
    for (size_t size = 1; size < 40; size++) {
        unsigned char from[40], to[41] = {0};
        rdl_chan *ch = rdl_chan_make(size, 2);
        memset(from, 7, sizeof(from));
        rdl_send(ch, from);
        rdl_recv(ch, to);
        cr_assert_eq(memcmp(from, to, size), 0);
        cr_assert_eq(to[size], 0);
        rdl_chan_free(ch);
    }
}

Test(chan, CH_14_a_receive_may_discard) {
    rdl_chan *ch = RDL_CHAN(int, 2);
    RDL_SEND_VALUE(ch, 1);
    RDL_SEND_VALUE(ch, 2);
    cr_assert(rdl_recv(ch, NULL));
    cr_assert_eq(RDL_RECV_VALUE(ch, int), 2);
    rdl_chan_free(ch);
}

struct waiting {
    rdl_chan *ch, *got;
};

static void receive_for(void *arg) {
    const struct waiting *w = arg;
    int v = RDL_RECV_VALUE(w->ch, int);
    rdl_send(w->got, &v);
}

Test(chan, CH_07_CH_13_a_parked_receiver_comes_before_buffer_and_newcomers) {
    struct waiting w = {RDL_CHAN(int, 4), RDL_CHAN(int, 4)};
    int v;
    rdl_go(receive_for, &w);
    let_others_park();
    RDL_SEND_VALUE(w.ch, 8);
    cr_assert_eq(rdl_chan_len(w.ch), 0); /* handed over, never in the buffer */
    cr_assert_not(rdl_try_recv(w.ch, &v, NULL));
    cr_assert_eq(RDL_RECV_VALUE(w.got, int), 8);
}

Test(chan, CH_27_parked_senders_are_not_counted) {
    struct numbered n = {.in = RDL_CHAN(int, 2)};
    for (n.number = 0; n.number < 5; n.number++) {
        rdl_go_copy(send_one, &n, sizeof(n));
    }
    let_others_park();
    cr_assert_eq(rdl_chan_len(n.in), 2);
    cr_assert_eq(rdl_chan_cap(n.in), 2);
    for (size_t left = 5; left > 0; left--) {
        cr_assert_eq(rdl_chan_len(n.in), left < 2 ? left : 2);
        rdl_recv(n.in, NULL);
    }
    cr_assert_eq(rdl_chan_len(n.in), 0);
}

/* Against a queue that is obviously right: whatever a try says, the lengths agree. */
Test(chan, CH_10_CH_25_tries_agree_with_a_plain_queue) {
    for (size_t capacity = 1; capacity < 6; capacity++) {
        rdl_chan *ch = RDL_CHAN(int, capacity);
        int sent = 0, received = 0, v;
        unsigned random = 12345;
        for (int i = 0; i < 5000; i++) {
            random = random * 1103515245 + 12345;
            size_t n = (size_t)(sent - received);
            if ((random >> 16) % 2 == 0) {
                cr_assert_eq(rdl_try_send(ch, &sent), n < capacity);
                sent += n < capacity;
            } else {
                cr_assert_eq(rdl_try_recv(ch, &v, NULL), n > 0);
                cr_assert(n == 0 || v == received);
                received += n > 0;
            }
            cr_assert_eq(rdl_chan_len(ch), (size_t)(sent - received));
        }
        rdl_chan_free(ch);
    }
}

/* Everybody is parked in the channel, in both ways; a thread of its own finds it free. */
static void *look_from_outside(void *ch) {
    rdl_case c[] = {RDL_CASE_RECV(ch, NULL), RDL_CASE_DEFAULT};
    size_t n = rdl_chan_len(ch) + rdl_chan_cap(ch);
    return rdl_try_recv(ch, NULL, NULL) || rdl_select(c, 2) == 0 || n != 0 ? ch : NULL;
}

static void receive_either(void *arg) {
    rdl_case c[] = {RDL_CASE_RECV(arg, NULL), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(c, 2);
}

static void receive_any(void *ch) {
    rdl_recv(ch, NULL);
}

Test(chan, CH_29_no_lock_is_kept_over_a_park) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    pthread_t thread;
    void *found = ch;
    for (int i = 0; i < 20; i++) {
        rdl_go(i % 2 == 0 ? receive_any : receive_either, ch);
    }
    let_others_park();
    cr_assert_eq(pthread_create(&thread, NULL, look_from_outside, ch), 0);
    cr_assert_eq(pthread_join(thread, &found), 0);
    cr_assert_null(found);
    rdl_close(ch);
}

/* -- close -- */

Test(chan, CH_15_CH_18_CH_20_buffered_values_survive_close) {
    rdl_chan *ch = RDL_CHAN(int, 4);
    int v;
    RDL_SEND_VALUE(ch, 0);
    RDL_SEND_VALUE(ch, 5);
    rdl_close(ch);
    v = -1;
    cr_assert(rdl_recv(ch, &v));
    cr_assert_eq(v, 0);
    cr_assert(rdl_recv(ch, &v));
    cr_assert_eq(v, 5);
    for (int i = 0; i < 3; i++) {
        v = -1;
        cr_assert_not(rdl_recv(ch, &v));
        cr_assert_eq(v, 0);
    }
    rdl_chan_free(ch);
}

static void send_seven(void *ch) {
    RDL_SEND_VALUE(ch, 7);
}

static void try_send_seven(void *ch) {
    int seven = 7;
    rdl_try_send(ch, &seven);
}

static void select_seven(void *ch) {
    int seven = 7;
    rdl_case cases[] = {RDL_CASE_SEND(ch, &seven), RDL_CASE_DEFAULT};
    rdl_select(cases, 2);
}

Test(chan, CH_19_CH_21_CH_26_misuse_of_a_closed_channel_panics) {
    rdl_chan *ch = RDL_CHAN(int, 4);
    rdl_close(ch);
    cr_assert(panics_with(close_it, ch, "close of closed channel"));
    cr_assert(panics_with(send_seven, ch, "send on closed channel"));
    cr_assert(panics_with(try_send_seven, ch, "send on closed channel"));
    cr_assert(panics_with(select_seven, ch, "send on closed channel"));
    bool ok = true;
    cr_assert(rdl_try_recv(ch, NULL, &ok));
    cr_assert_not(ok);
    rdl_chan_free(ch);
}

struct report {
    rdl_chan *ch, *result;
};

static void receive_and_report(void *arg) {
    const struct report *r = arg;
    int v = 9;
    int outcome = rdl_recv(r->ch, &v) ? 1 : v;
    rdl_send(r->result, &outcome);
}

static void send_and_report(void *arg) {
    const struct report *r = arg;
    int panicked = !rdl_try(send_seven, r->ch, NULL);
    rdl_send(r->result, &panicked);
}

static void check_close_wakes_all(void (*fn)(void *), int expected) {
    struct report r = {.ch = RDL_CHAN(int, 0), .result = RDL_CHAN(int, 100)};
    for (int i = 0; i < 100; i++) {
        rdl_go(fn, &r);
    }
    let_others_park();
    rdl_close(r.ch);
    rdl_chan_free(r.ch); /* legal: the woken tasks need not have run */
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(RDL_RECV_VALUE(r.result, int), expected);
    }
}

Test(chan, CH_22_close_wakes_all_receivers) {
    check_close_wakes_all(receive_and_report, 0);
}

Test(chan, CH_22_close_wakes_all_senders_with_a_panic) {
    check_close_wakes_all(send_and_report, 1);
}

/* Who is woken by close may use the channel at once: nobody holds its lock any more. */
static void use_when_woken(void *arg) {
    const struct report *r = arg;
    int v = 9;
    int fine = !rdl_recv(r->ch, &v) && !rdl_recv(r->ch, &v) && rdl_chan_len(r->ch) == 0;
    rdl_send(r->result, &fine);
}

Test(chan, CH_23_woken_tasks_find_the_channel_free) {
    struct report r = {.ch = RDL_CHAN(int, 3), .result = RDL_CHAN(int, 0)};
    for (int i = 0; i < 100; i++) {
        rdl_go(use_when_woken, &r);
    }
    let_others_park();
    rdl_close(r.ch);
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(RDL_RECV_VALUE(r.result, int), 1);
    }
}

Test(chan, CH_22_close_keeps_the_buffered_and_drops_the_parked) {
    struct report r = {.ch = RDL_CHAN(int, 2), .result = RDL_CHAN(int, 100)};
    RDL_SEND_VALUE(r.ch, 1);
    RDL_SEND_VALUE(r.ch, 2);
    rdl_go(send_and_report, &r);
    let_others_park();
    rdl_close(r.ch);
    cr_assert_eq(RDL_RECV_VALUE(r.result, int), 1);
    cr_assert_eq(RDL_RECV_VALUE(r.ch, int), 1);
    cr_assert_eq(RDL_RECV_VALUE(r.ch, int), 2);
    cr_assert_not(rdl_recv(r.ch, NULL));
}

Test(chan, CH_24_an_open_channel_may_be_left_or_freed) {
    rdl_chan *ch = RDL_CHAN(int, 3);
    RDL_SEND_VALUE(ch, 1);
    rdl_chan_free(ch);
    rdl_chan_free(NULL);
    (void)RDL_CHAN(int, 3);
}

static void free_waited(void) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(send_seven, ch);
    let_others_park();
    rdl_chan_free(ch);
}

Test(chan, CH_24_free_with_a_parked_task_is_fatal) {
    struct child c;
    run_child(free_waited, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: rdl: free of a channel that a task waits on\n\n"));
}

/* -- non-blocking forms -- */

static void close_late(void *ch) {
    rdl_close(ch);
}

Test(chan, CH_25_a_receive_never_fails_while_there_is_something) {
    for (int i = 0; i < 2000; i++) {
        rdl_chan *ch = RDL_CHAN(int, 1);
        RDL_SEND_VALUE(ch, 1);
        rdl_go(close_late, ch);
        cr_assert(rdl_try_recv(ch, NULL, NULL));
        while (!rdl_try_recv(ch, NULL, NULL)) {
            rdl_yield();
        }
        rdl_chan_free(ch);
    }
}

static void recv_as_long(void *ch) {
    (void)RDL_RECV_VALUE(ch, long);
}

Test(chan, API_sized_forms_check_the_element) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    cr_assert(panics_with(recv_as_long, ch, "rdl: 8-byte value on a channel of 4-byte elements"));
    rdl_chan_free(ch);
}

/* -- a chain of 10,000 and the sieve -- */

static void add_one(void *arg) {
    const struct report *r = arg;
    RDL_SEND_VALUE(r->result, RDL_RECV_VALUE(r->ch, int) + 1);
}

Test(chan, CH_28_chain_of_ten_thousand) {
    rdl_chan *first = RDL_CHAN(int, 0);
    struct report r = {.ch = first};
    for (int i = 0; i < 10000; i++) {
        r.result = RDL_CHAN(int, 0);
        rdl_go_copy(add_one, &r, sizeof(r));
        r.ch = r.result;
    }
    RDL_SEND_VALUE(first, 0);
    cr_assert_eq(RDL_RECV_VALUE(r.ch, int), 10000);
}

static void filter(void *arg) {
    const struct numbered *f = arg;
    int v;
    RDL_RANGE(f->in, v) {
        if (v % f->number != 0) {
            RDL_SEND_VALUE(f->out, v);
        }
    }
    rdl_close(f->out);
}

static void count_up(void *ch) {
    for (int i = 2; i <= 1000; i++) {
        rdl_send(ch, &i);
    }
    rdl_close(ch);
}

Test(chan, sieve_finds_the_primes_below_1000) {
    rdl_chan *in = RDL_CHAN(int, 0);
    int n = 0;
    int prime;
    rdl_go(count_up, in);
    while (rdl_recv(in, &prime)) {
        struct numbered f = {.in = in, .out = RDL_CHAN(int, 0), .number = prime};
        rdl_go_copy(filter, &f, sizeof(f));
        in = f.out;
        n++;
    }
    cr_assert_eq(n, 168);
}
