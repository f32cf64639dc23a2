/* configs_chan.c - send, receive, close and free of one channel: CH-07..CH-29. */
#include "configs.h"
#include "ops.h"

static void setup_0(void) {
    make_channels(1, (const size_t[]){0});
}

static void setup_1(void) {
    make_channels(1, (const size_t[]){1});
}

static void setup_2(void) {
    make_channels(1, (const size_t[]){2});
}

/* -- what tasks do -- */

static void send_1(void) {
    (void)do_send(0, 1);
}

static void send_2(void) {
    (void)do_send(0, 2);
}

static void send_1_2(void) {
    (void)do_send(0, 1);
    (void)do_send(0, 2);
}

static void send_3(void) {
    (void)do_send(0, 3);
}

static void recv_once(void) {
    int value;
    (void)do_recv(0, &value);
}

static void recv_twice(void) {
    recv_once();
    recv_once();
}

static void recv_three(void) {
    recv_twice();
    recv_once();
}

static void range(void) {
    int value;
    while (do_recv(0, &value) == RESULT_DONE) {
    }
}

static void close_it(void) {
    (void)do_close(0);
}

static void send_close(void) {
    (void)do_send(0, 1);
    (void)do_close(0);
}

static void recv_free(void) {
    recv_once();
    do_free(0);
}

static void try_recv(void) {
    int value;
    (void)do_try_recv(0, &value);
}

static void try_send(void) {
    (void)do_try_send(0, 2);
}

/* One value is there before anybody runs [CH-25]. */
static void setup_filled(void) {
    setup_1();
    fill_channel(0, 7);
}

/* The value is buffered, and if it is taken, then after the close: a receive never fails. */
static void try_recv_ready(void) {
    int value;
    require(do_try_recv(0, &value) != RESULT_DEFAULT,
            "a receive failed that could proceed at every instant");
}

static void close_recv(void) {
    close_it();
    recv_once();
}

/* A receiver is parked until the channel is closed: a send goes to it, or panics. */
static void try_send_parked(void) {
    await_parked(1);
    require(do_try_send(0, 2) != RESULT_DEFAULT,
            "a send failed that could proceed at every instant");
}

static void close_parked(void) {
    await_parked(1);
    (void)do_close(0);
}

/* Free right after close: whoever was parked is served, and does not look again [CH-24, API]. */
static void close_free_waited(void) {
    await_parked(1);
    await_parked(2);
    (void)do_close(0);
    do_free(0);
}

/* The channel is freed as soon as the parked receiver has been served. */
static void send_free_waited(void) {
    await_parked(1);
    (void)do_send(0, 1);
    do_free(0);
}

static void recv_free_waited(void) {
    await_parked(1);
    recv_free();
}

const struct config configs_chan[] = {
    {"chan.meet", "1 sender, 1 receiver", setup_0, {send_1, recv_once}, history_check},
    {"chan.meet_twice", "2 values in order", setup_0, {send_1_2, recv_twice}, history_check},
    {"chan.senders", "2 senders, 1 receiver", setup_0, {send_1, send_2, recv_twice}, history_check},
    {"chan.buffer1", "capacity 1", setup_1, {send_1_2, recv_twice}, history_check},
    {"chan.buffer1_senders", "capacity 1", setup_1, {send_1, send_2, recv_twice}, history_check},
    {"chan.buffer1_three", "", setup_1, {send_1_2, send_3, recv_three}, history_check},
    {"chan.buffer1_receivers", "", setup_1, {send_1_2, recv_once, recv_once}, history_check},
    {"chan.buffer2", "capacity 2", setup_2, {send_1_2, send_3, recv_three}, history_check},
    {"chan.range", "send, close and range", setup_0, {send_close, range}, history_check},
    {"chan.range1", "send, close and range", setup_1, {send_close, range}, history_check},
    {"chan.range_two", "2 receivers, close", setup_1, {send_close, range, range}, history_check},
    {"chan.close_receivers", "", setup_0, {close_it, recv_once, recv_once}, history_check},
    {"chan.close_senders", "", setup_1, {close_it, send_1, send_2}, history_check},
    {"chan.close_all",
     "send, receive, close",
     setup_0,
     {close_it, send_1, recv_once},
     history_check},
    {"chan.close_close", "one panics", setup_0, {close_it, close_it, recv_once}, history_check},
    {"chan.lonely", "the second value is left", setup_0, {send_1_2, recv_once}, history_check, 1},
    {"chan.try_recv", "", setup_1, {try_recv, send_1_2, recv_once}, history_check, 6},
    {"chan.try_send", "", setup_1, {try_send, send_1, recv_once}, history_check},
    {"chan.try_meet", "", setup_0, {try_send, recv_once, try_recv}, history_check, 2},
    {"chan.try_close", "", setup_1, {try_recv, try_recv, send_close}, history_check},
    {"chan.try_filled", "CH-25", setup_filled, {try_recv_ready, close_it}, history_check},
    {"chan.try_taken", "CH-25", setup_filled, {try_recv_ready, close_recv}, history_check},
    {"chan.try_parked",
     "CH-25",
     setup_0,
     {try_send_parked, recv_once, close_parked},
     history_check},
    {"chan.recv_free", "receive, free", setup_0, {send_1, recv_free}, history_check},
    {"chan.close_free",
     "2 parked receivers",
     setup_0,
     {close_free_waited, recv_once, recv_once},
     NULL},
    {"chan.close_free_range", "", setup_1, {close_free_waited, range, recv_once}, NULL},
    {"chan.send_free", "1 parked receiver", setup_0, {send_free_waited, recv_once}, NULL},
    {"chan.recv_free_waited", "1 parked sender", setup_0, {recv_free_waited, send_1}, NULL},
    {.name = NULL}};
