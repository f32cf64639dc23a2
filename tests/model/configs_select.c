/* configs_select.c - select against everything: SE-01..SE-16, and the unhooking of select.c. */
#include "configs.h"
#include "ops.h"
#include "runtime/chan.h"

#define RECV(ch)        ((struct op_case){.channel = (ch)})
#define SEND(ch, v)     ((struct op_case){.channel = (ch), .is_send = true, .value = (v)})
#define SELECT(...)     select_of((const struct op_case[]){__VA_ARGS__}, COUNT(__VA_ARGS__), false)
#define SELECT_TRY(...) select_of((const struct op_case[]){__VA_ARGS__}, COUNT(__VA_ARGS__), true)
#define COUNT(...)      (sizeof((const struct op_case[]){__VA_ARGS__}) / sizeof(struct op_case))

static unsigned select_of(const struct op_case *cases, unsigned n, bool has_default) {
    enum op_result result;
    return do_select(cases, n, has_default, -1, &result);
}

static void setup_0_0(void) {
    make_channels(2, (const size_t[]){0, 0});
}

static void setup_1_0(void) {
    make_channels(2, (const size_t[]){1, 0});
}

static void setup_1_1(void) {
    make_channels(2, (const size_t[]){1, 1});
}

/* -- what tasks do -- */

static void recv_either(void) {
    (void)SELECT(RECV(0), RECV(1));
}

static void recv_either_twice(void) {
    recv_either();
    recv_either();
}

static void send_either(void) {
    (void)SELECT(SEND(1, 5), SEND(0, 6));
}

static void recv_1_send_0(void) {
    (void)SELECT(RECV(1), SEND(0, 8));
}

static void recv_0_send_1(void) {
    (void)SELECT(RECV(0), SEND(1, 9));
}

static void recv_either_or_default(void) {
    (void)SELECT_TRY(RECV(0), RECV(1));
}

static void recv_same_twice(void) {
    (void)SELECT(RECV(0), RECV(0));
}

static void both_ways(void) {
    (void)SELECT(RECV(0), SEND(0, (int)world_index(world_self) + 40));
}

static void send_0(void) {
    (void)do_send(0, 1);
}

static void send_1(void) {
    (void)do_send(1, 2);
}

static void send_both(void) {
    send_0();
    send_1();
}

static void recv_0(void) {
    int value;
    (void)do_recv(0, &value);
}

static void recv_1(void) {
    int value;
    (void)do_recv(1, &value);
}

static void close_0(void) {
    (void)do_close(0);
}

static void close_1(void) {
    (void)do_close(1);
}

/* -- one of two channels is always ready: a default must not be chosen [SE-12] -- */

static void setup_filled(void) {
    setup_1_1();
    fill_channel(0, 7);
}

static void select_ready(void) {
    require(SELECT_TRY(RECV(0), RECV(1)) != 2,
            "default, although a case was ready at every instant");
}

static void select_ready_reversed(void) {
    require(SELECT_TRY(RECV(1), RECV(0)) != 2,
            "default, although a case was ready at every instant");
}

static void send_1_recv_0(void) {
    send_1();
    recv_0();
}

static void close_1_recv_0(void) {
    close_1();
    recv_0();
}

/* -- freeing while a select unhooks [API "legal right after rdl_close"] -- */

static void close_free_0(void) {
    await_parked(0);
    (void)do_close(0);
    do_free(0);
}

static void close_free_1(void) {
    await_parked(0);
    (void)do_close(1);
    do_free(1);
}

static void send_0_waited(void) {
    await_parked(0);
    send_0();
}

/* -- time-outs: the third task is the worker that fires what is due -- */

static void recv_or_timeout(void) {
    enum op_result result;
    (void)do_select((const struct op_case[]){RECV(0)}, 1, false, 100, &result);
}

static void recv_either_or_timeout(void) {
    enum op_result result;
    (void)do_select((const struct op_case[]){RECV(0), RECV(1)}, 2, false, 100, &result);
}

static void timeout_only(void) {
    enum op_result result;
    (void)do_select(NULL, 0, false, 100, &result);
}

static void try_send_0(void) {
    (void)do_try_send(0, 3);
}

/* Once a timer is armed its time comes; nobody else's does. */
static void fire(void) {
    static struct worker worker;
    _Atomic int64_t *next_ns = &rdl__rt.timers.next_ns;
    while (atomic_load_explicit(next_ns, memory_order_seq_cst) == INT64_MAX) {
        world_pause(false, 0);
    }
    world_pass_time();
    world_note("rdl__timer_run_due");
    (void)rdl__timer_run_due(&worker);
}

const struct config configs_select[] = {
    {"select.two_senders", "", setup_0_0, {recv_either_twice, send_0, send_1}, history_check},
    {"select.one_wins",
     "2 parked senders",
     setup_0_0,
     {recv_either, send_0, send_1},
     history_check,
     6},
    {"select.buffered", "", setup_1_1, {recv_either, send_0, send_1}, history_check},
    {"select.opposite", "SE-15", setup_0_0, {recv_either, send_either}, history_check},
    {"select.crossed", "SE-15", setup_0_0, {recv_1_send_0, recv_0_send_1}, history_check},
    {"select.crossed_sender",
     "",
     setup_0_0,
     {recv_1_send_0, recv_0_send_1, send_1},
     history_check,
     7},
    {"select.three", "", setup_0_0, {recv_either, send_either, recv_0}, history_check, 5},
    {"select.default",
     "SE-12",
     setup_1_0,
     {recv_either_or_default, send_both, recv_1},
     history_check,
     6},
    {"select.same", "SE-10", setup_0_0, {recv_same_twice, send_0}, history_check},
    {"select.self", "SE-11", setup_0_0, {both_ways, both_ways}, history_check},
    {"select.self_buffered", "SE-11", setup_1_0, {both_ways, both_ways}, history_check},
    {"select.always", "SE-12", setup_filled, {select_ready, send_1_recv_0}, history_check, 2},
    {"select.always_reversed",
     "SE-12",
     setup_filled,
     {select_ready_reversed, send_1_recv_0},
     history_check,
     2},
    {"select.always_closed",
     "SE-12",
     setup_filled,
     {select_ready, close_1_recv_0},
     history_check,
     2},
    {"select.always_closed_reversed",
     "SE-12",
     setup_filled,
     {select_ready_reversed, close_1_recv_0},
     history_check,
     2},
    {"select.receivers", "", setup_0_0, {send_either, recv_0, recv_1}, history_check, 6},
    {"select.close", "", setup_0_0, {recv_either, close_0, close_1}, history_check},
    {"select.close_sender", "SE-08", setup_0_0, {send_either, close_0, recv_1}, history_check, 4},
    {"select.close_send", "", setup_0_0, {recv_either, close_0, send_1}, history_check, 4},
    {"select.free_one",
     "won on one, other freed",
     setup_0_0,
     {recv_either, send_0_waited, close_free_1},
     NULL,
     2},
    {"select.free_both", "", setup_0_0, {recv_either, close_free_0, close_free_1}, NULL},
    {"select.timeout",
     "against a sender",
     setup_0_0,
     {recv_or_timeout, send_0, fire},
     history_check,
     6},
    {"select.timeout_two", "", setup_0_0, {recv_either_or_timeout, send_1, fire}, history_check, 6},
    {"select.timeout_try", "", setup_0_0, {recv_or_timeout, try_send_0, fire}, history_check, 4},
    {"select.timeout_close",
     "",
     setup_0_0,
     {recv_either_or_timeout, close_1, fire},
     history_check,
     4},
    {"select.timeout_only", "no channels", setup_0_0, {timeout_only, fire}, NULL},
    {.name = NULL}};
