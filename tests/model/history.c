/* history.c - looks for an order in which the operations could have taken effect one by one. */
#include "history.h"

#include <string.h>

#include "log.h"

#define OPS_MAX      16
#define CHANNELS_MAX 4
#define BUFFER_MAX   4

struct channel {
    size_t capacity, n;
    bool closed;
    int buffer[BUFFER_MAX];
};

struct state {
    struct channel channels[CHANNELS_MAX];
};

static struct op_record ops[OPS_MAX];
static unsigned n_ops;
static struct state first_state;
static unsigned n_channels;

void history_reset(const size_t *capacities, unsigned n) {
    n_ops = 0;
    n_channels = n;
    memset(&first_state, 0, sizeof(first_state));
    for (unsigned i = 0; i < n; i++) {
        first_state.channels[i].capacity = capacities[i];
    }
}

void history_fill(unsigned channel, int value) {
    struct channel *ch = &first_state.channels[channel];
    ch->buffer[ch->n++] = value;
}

struct op_record *history_call(const struct op_record *op) {
    struct op_record *record = &ops[n_ops++];
    if (n_ops > OPS_MAX) {
        world_fail("more than %d operations", OPS_MAX);
    }
    *record = *op;
    record->proc = world_index(world_self);
    record->called = log_n;
    return record;
}

void history_return(struct op_record *op, enum op_result result, unsigned chosen, int received) {
    op->result = result;
    op->chosen = chosen;
    op->received = received;
    op->returned = log_n - 1;
}

/* -- real time -- */

/* Its first step: what it did before, nobody could see. */
static int begin_of(const struct op_record *op) {
    int i = op->called;
    while (i < log_n && log_events[i].proc != op->proc) {
        i++;
    }
    return i;
}

static bool may_be_next(unsigned i, unsigned done) {
    for (unsigned j = 0; j < n_ops; j++) {
        if (j != i && (done >> j & 1) == 0 && ops[j].result != RESULT_NONE &&
            ops[j].returned < begin_of(&ops[i])) {
            return false;
        }
    }
    return true;
}

/* -- the channels that do one thing at a time -- */

static bool can_go(const struct state *s, const struct op_case *c) {
    const struct channel *ch = &s->channels[c->channel];
    return ch->closed || (c->is_send ? ch->n < ch->capacity : ch->n > 0);
}

static bool any_can_go(const struct state *s, const struct op_record *op) {
    for (unsigned i = 0; i < op->n_cases; i++) {
        if (can_go(s, &op->cases[i])) {
            return true;
        }
    }
    return false;
}

static bool do_close(struct state *s, const struct op_record *op) {
    struct channel *ch = &s->channels[op->cases[0].channel];
    bool was_closed = ch->closed;
    ch->closed = true;
    return was_closed == (op->result == RESULT_PANIC);
}

static bool do_send(struct channel *ch, int value) {
    if (ch->closed || ch->n == ch->capacity) {
        return false;
    }
    ch->buffer[ch->n++] = value;
    return true;
}

static bool do_recv(struct channel *ch, int value) {
    if (ch->n == 0 || ch->buffer[0] != value) {
        return false;
    }
    ch->n--;
    memmove(ch->buffer, ch->buffer + 1, ch->n * sizeof(ch->buffer[0]));
    return true;
}

/* Which send of a select panicked is not told. */
static bool sends_to_closed(const struct state *s, const struct op_record *op) {
    for (unsigned i = 0; i < op->n_cases; i++) {
        if (op->cases[i].is_send && s->channels[op->cases[i].channel].closed) {
            return true;
        }
    }
    return false;
}

/* Whether op, alone, could have this result now; changes *s. */
static bool do_alone(struct state *s, const struct op_record *op) {
    const struct op_case *c = &op->cases[op->chosen];
    struct channel *ch = &s->channels[c->channel];
    if (op->is_close) {
        return do_close(s, op);
    }
    switch (op->result) {
    case RESULT_DONE:
        return c->is_send ? do_send(ch, c->value) : do_recv(ch, op->received);
    case RESULT_CLOSED:
        return !c->is_send && ch->closed && ch->n == 0;
    case RESULT_PANIC:
        return sends_to_closed(s, op);
    case RESULT_DEFAULT:
        return !any_can_go(s, op);
    default:
        return op->result == RESULT_TIMEOUT;
    }
}

static bool is_meeting(const struct state *s, const struct op_record *a,
                       const struct op_record *b) {
    const struct op_case *send = &a->cases[a->chosen], *recv = &b->cases[b->chosen];
    return a->result == RESULT_DONE && b->result == RESULT_DONE && !a->is_close && !b->is_close &&
           send->is_send && !recv->is_send && send->channel == recv->channel &&
           send->value == b->received && !s->channels[send->channel].closed &&
           s->channels[send->channel].capacity == 0;
}

/* -- the end -- */

static bool could_meet(const struct op_record *a, const struct op_record *b) {
    for (unsigned i = 0; i < a->n_cases; i++) {
        for (unsigned j = 0; j < b->n_cases; j++) {
            if (a->cases[i].is_send && !b->cases[j].is_send &&
                a->cases[i].channel == b->cases[j].channel) {
                return true;
            }
        }
    }
    return false;
}

/* Who never returned could not. */
static bool is_final(const struct state *s) {
    for (unsigned i = 0; i < n_ops; i++) {
        if (ops[i].result != RESULT_NONE) {
            continue;
        }
        if (any_can_go(s, &ops[i])) {
            return false;
        }
        for (unsigned j = 0; j < n_ops; j++) {
            if (j != i && ops[j].result == RESULT_NONE && could_meet(&ops[i], &ops[j])) {
                return false;
            }
        }
    }
    return true;
}

/* -- the order -- */

static bool explain(const struct state *before, unsigned done);

static bool explain_meetings(const struct state *before, unsigned done, unsigned i) {
    for (unsigned j = 0; j < n_ops; j++) {
        unsigned both = done | 1u << i | 1u << j;
        if (j != i && (done >> j & 1) == 0 && is_meeting(before, &ops[i], &ops[j]) &&
            may_be_next(j, done) && explain(before, both)) {
            return true;
        }
    }
    return false;
}

static bool explain(const struct state *before, unsigned done) {
    bool all = true;
    for (unsigned i = 0; i < n_ops; i++) {
        if ((done >> i & 1) != 0 || ops[i].result == RESULT_NONE) {
            continue;
        }
        all = false;
        if (!may_be_next(i, done)) {
            continue;
        }
        struct state after = *before;
        if ((do_alone(&after, &ops[i]) && explain(&after, done | 1u << i)) ||
            explain_meetings(before, done, i)) {
            return true;
        }
    }
    return all && is_final(before);
}

void history_check(void) {
    if (!explain(&first_state, 0)) {
        world_fail("no order explains what the tasks saw, or who is left waiting");
    }
}
