/* history.h - what the tasks saw of the channels, against channels that do one thing at a time.
 *
 * Model   an operation is a list of cases (a plain one has one), and what came of it. It takes
 *         effect at one instant between its first and its last step; a send and a receive on an
 *         unbuffered channel share theirs. The history is right when such instants exist [Herlihy90].
 *         Operations that never returned had no effect, and could not have gone on at the end.
 * Limits  whether a task is parked cannot be seen from outside: a non-blocking operation on an
 *         unbuffered channel may always fail while the channel is open.
 */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#define CASES_OF_OP 3

enum op_result {
    RESULT_NONE,
    RESULT_DONE,
    RESULT_CLOSED,
    RESULT_DEFAULT,
    RESULT_TIMEOUT,
    RESULT_PANIC
};

struct op_case {
    unsigned channel;
    bool is_send;
    int value; /* sent */
};

struct op_record {
    bool is_close; /* of cases[0].channel */
    bool has_default;
    unsigned n_cases;
    struct op_case cases[CASES_OF_OP];

    enum op_result result; /* RESULT_NONE: it has not returned */
    unsigned chosen;
    int received;

    unsigned proc;
    int called, returned; /* length of the log */
};

/* Channels 0 .. n - 1 of these capacities. */
void history_reset(const size_t *capacities, unsigned n);

/* Before the tasks begin: a value is in the buffer. */
void history_fill(unsigned channel, int value);

struct op_record *history_call(const struct op_record *op);
void history_return(struct op_record *op, enum op_result result, unsigned chosen, int received);

/* Fails unless the history is right. */
void history_check(void);

#endif
