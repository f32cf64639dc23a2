/* A goroutine whose value nobody receives. */
#include "raddle.h"

#include "tests/reports/programs/turns.h"

static void hand_in(rdl_chan *results, int value) {
    RDL_SEND_VALUE(results, value);
}

static void ask(void *results) {
    turn_begin(0);
    turn_end(0);
    hand_in(results, 1);
}

static void ask_again(void *results) {
    turn_begin(1);
    turn_end(1);
    hand_in(results, 2);
}

static rdl_chan *ask_both(void) {
    rdl_chan *results = RDL_CHAN(int, 0);
    rdl_go(ask, results);
    rdl_go(ask_again, results);
    return results;
}

int main(int argc, char **argv) {
    (void)argv;
    turns_of(argc);
    return RDL_RECV_VALUE(ask_both(), int) > 0 ? 0 : 1;
}
