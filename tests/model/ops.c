/* ops.c - calls of raddle.h, each written down in the history. Compiled like the runtime's files, so
 * that the accesses of the elements are watched. */
#include "ops.h"

#include <string.h>

#include "memory.h"
#include "races.h"
#include "runtime/chan.h"

rdl_chan *channels[CHANNELS];
static unsigned n_channels;

static bool is_lawful(const rdl__lock *lock) {
    for (unsigned i = 0; i < n_channels; i++) {
        if (!memory_is_freed(channels[i]) && &channels[i]->lock == lock) {
            return rdl__chan_is_lawful(channels[i]);
        }
    }
    return true;
}

void make_channels(unsigned n, const size_t *capacities) {
    history_reset(capacities, n);
    n_channels = n;
    for (unsigned i = 0; i < n; i++) {
        channels[i] = rdl_chan_make(sizeof(int), capacities[i]);
    }
    world_on_unlock = is_lawful;
}

void fill_channel(unsigned channel, int value) {
    rdl_send(channels[channel], &value);
    history_fill(channel, value);
}

/* -- one call, under world_try -- */

struct call {
    rdl_chan *channel;
    int *value;
    bool ok, done;
    rdl_case *cases;
    size_t n, chosen;
};

static void call_send(void *arg) {
    struct call *c = arg;
    rdl_send(c->channel, c->value);
    c->done = c->ok = true;
}

static void call_recv(void *arg) {
    struct call *c = arg;
    c->ok = rdl_recv(c->channel, c->value);
    c->done = true;
}

static void call_try_send(void *arg) {
    struct call *c = arg;
    c->done = c->ok = rdl_try_send(c->channel, c->value);
}

static void call_try_recv(void *arg) {
    struct call *c = arg;
    c->done = rdl_try_recv(c->channel, c->value, &c->ok);
}

static void call_close(void *arg) {
    struct call *c = arg;
    rdl_close(c->channel);
    c->done = c->ok = true;
}

static void call_select(void *arg) {
    struct call *c = arg;
    c->chosen = rdl_select(c->cases, c->n);
    c->done = true;
}

/* -- recorded -- */

static enum op_result run(const struct op_record *op, void (*fn)(void *), int *value) {
    struct op_record *record = history_call(op);
    struct call call = {.channel = channels[op->cases[0].channel], .value = value};
    enum op_result result;
    if (world_try(fn, &call) != NULL) {
        result = RESULT_PANIC;
    } else if (!call.done) {
        result = RESULT_DEFAULT;
    } else {
        result = call.ok ? RESULT_DONE : RESULT_CLOSED;
    }
    history_return(record, result, 0, *value);
    return result;
}

static struct op_record record_of(unsigned channel, bool is_send, int value) {
    return (struct op_record){.n_cases = 1,
                              .cases = {{.channel = channel, .is_send = is_send, .value = value}}};
}

enum op_result do_send(unsigned channel, int value) {
    struct op_record op = record_of(channel, true, value);
    world_note("rdl_send(ch%u, %d)", channel, value);
    return run(&op, call_send, &value);
}

enum op_result do_try_send(unsigned channel, int value) {
    struct op_record op = record_of(channel, true, value);
    op.has_default = true;
    world_note("rdl_try_send(ch%u, %d)", channel, value);
    return run(&op, call_try_send, &value);
}

enum op_result do_recv(unsigned channel, int *value) {
    struct op_record op = record_of(channel, false, 0);
    world_note("rdl_recv(ch%u)", channel);
    return run(&op, call_recv, value);
}

enum op_result do_try_recv(unsigned channel, int *value) {
    struct op_record op = record_of(channel, false, 0);
    op.has_default = true;
    world_note("rdl_try_recv(ch%u)", channel);
    return run(&op, call_try_recv, value);
}

enum op_result do_close(unsigned channel) {
    struct op_record op = record_of(channel, false, 0);
    int nothing = 0;
    op.is_close = true;
    world_note("rdl_close(ch%u)", channel);
    return run(&op, call_close, &nothing);
}

void do_free(unsigned channel) {
    world_note("rdl_chan_free(ch%u)", channel);
    rdl_chan_free(channels[channel]);
}

/* -- select -- */

static enum op_result result_of_select(const struct op_record *op, const struct call *call) {
    if (call->chosen >= op->n_cases) {
        return op->has_default ? RESULT_DEFAULT : RESULT_TIMEOUT;
    }
    return call->cases[call->chosen].ok ? RESULT_DONE : RESULT_CLOSED;
}

unsigned do_select(const struct op_case *cases, unsigned n_cases, bool has_default,
                   rdl_duration timeout, enum op_result *result) {
    struct op_record op = {.n_cases = n_cases, .has_default = has_default};
    rdl_case real[CASES_OF_OP + 1];
    int values[CASES_OF_OP + 1] = {0};
    size_t n = n_cases;
    for (unsigned i = 0; i < n_cases; i++) {
        rdl_chan *ch = channels[cases[i].channel];
        op.cases[i] = cases[i];
        values[i] = cases[i].value;
        real[i] = cases[i].is_send ? rdl_case_send(ch, &values[i]) : rdl_case_recv(ch, &values[i]);
    }
    if (has_default) {
        real[n++] = rdl_case_default();
    } else if (timeout >= 0) {
        real[n++] = rdl_case_timeout(timeout);
    }
    world_note("rdl_select of %u cases%s", n_cases, has_default ? " and default" : "");
    struct op_record *record = history_call(&op);
    struct call call = {.cases = real, .n = n};
    if (world_try(call_select, &call) != NULL) {
        history_return(record, RESULT_PANIC, 0, 0);
        *result = RESULT_PANIC;
        return n_cases;
    }
    unsigned chosen = (unsigned)call.chosen;
    *result = result_of_select(&op, &call);
    history_return(record, *result, chosen < n_cases ? chosen : 0, values[chosen]);
    return chosen;
}

/* -- memory -- */

void *new_object(size_t bytes) {
    void *object = memory_new(bytes);
    memset(object, 0, bytes);
    return object;
}

void free_object(void *object) {
    world_note("free(%p)", object);
    races_plain(object, memory_block_bytes(object), true, (uintptr_t)__builtin_return_address(0));
    memory_free(object);
}

void await_parked(unsigned task) {
    world_await_parked(task);
}

void require(bool holds, const char *what) {
    if (!holds) {
        world_fail("%s", what);
    }
}
