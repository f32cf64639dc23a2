/* oracle.c - the naive happens-before model the core is compared with. */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

struct vector {
    uint32_t at[ORACLE_TASKS];
};

struct past { /* one access of one byte */
    uint32_t at;
    uint8_t task;
    bool writes, atomic;
};

struct history {
    struct past *past;
    unsigned n, room;
};

struct value { /* one element of a modification order */
    struct vector carried;
    uint8_t task;
    bool rmw, heads; /* heads: carries something by release, or by an earlier release fence */
};

struct order {
    struct value *value;
    unsigned n, room;
};

struct oracle {
    struct vector now[ORACLE_TASKS];
    struct vector fence[ORACLE_TASKS];
    bool has_fence[ORACLE_TASKS];
    struct vector pending[ORACLE_TASKS];
    struct vector key[ORACLE_KEYS];
    struct history byte[ORACLE_BYTES];
    struct order atomic[ORACLE_BYTES];
    uint8_t block[ORACLE_BYTES];
};

struct oracle *oracle_new(void) {
    struct oracle *o = calloc(1, sizeof *o);
    oracle_reset(o);
    return o;
}

void oracle_reset(struct oracle *o) {
    for (unsigned i = 0; i < ORACLE_BYTES; i++) {
        o->byte[i].n = 0;
        o->atomic[i].n = 0;
    }
    memset(o->block, 0, sizeof o->block);
    memset(o->now, 0, sizeof o->now);
    memset(o->fence, 0, sizeof o->fence);
    memset(o->has_fence, 0, sizeof o->has_fence);
    memset(o->pending, 0, sizeof o->pending);
    memset(o->key, 0, sizeof o->key);
    for (unsigned i = 0; i < ORACLE_TASKS; i++) {
        o->now[i].at[i] = 1;
    }
}

static void join(struct vector *to, const struct vector *from) {
    for (unsigned i = 0; i < ORACLE_TASKS; i++) {
        to->at[i] = to->at[i] > from->at[i] ? to->at[i] : from->at[i];
    }
}

static void next_epoch(struct oracle *o, unsigned task) {
    o->now[task].at[task]++;
}

/* -- accesses ------------------------------------------------------------------------------- */

static bool races(const struct oracle *o, const struct past *a, const struct past *b) {
    return a->task != b->task && (a->writes || b->writes) && !(a->atomic && b->atomic) &&
           o->now[b->task].at[a->task] < a->at;
}

static bool access_bytes(struct oracle *o, const struct step *s, uint8_t size, bool writes,
                         bool atomic) {
    struct past now = {
        .at = o->now[s->task].at[s->task], .task = s->task, .writes = writes, .atomic = atomic};
    bool found = false;
    for (unsigned i = s->where; i < s->where + size; i++) {
        struct history *h = &o->byte[i];
        for (unsigned j = 0; j < h->n; j++) {
            found |= races(o, &h->past[j], &now);
        }
        if (h->n == h->room) {
            h->room = h->room ? h->room * 2 : 16;
            h->past = realloc(h->past, h->room * sizeof *h->past);
        }
        h->past[h->n++] = now;
    }
    return found;
}

static void forget(struct oracle *o, unsigned where, unsigned size) {
    for (unsigned i = where; i < where + size; i++) {
        o->byte[i].n = 0;
        o->atomic[i].n = 0;
        o->block[i] = 0;
    }
}

uint8_t oracle_block(const struct oracle *o, uint8_t where) {
    return o->block[where];
}

/* -- atomics -------------------------------------------------------------------------------- */

static bool acquires(unsigned order) {
    return order == EV_CONSUME || order == EV_ACQUIRE || order == EV_ACQ_REL || order == EV_SEQ_CST;
}

static bool releases(unsigned order) {
    return order == EV_RELEASE || order == EV_ACQ_REL || order == EV_SEQ_CST;
}

/* The last value belongs to the release sequence of value i if all after i are
 * read-modify-writes or stores of the task that made i [C11 5.1.2.4p10]. */
static bool in_sequence_of(const struct order *order, unsigned i) {
    for (unsigned j = i + 1; j < order->n; j++) {
        if (!order->value[j].rmw && order->value[j].task != order->value[i].task) {
            return false;
        }
    }
    return order->value[i].heads;
}

static void read_value(struct oracle *o, const struct step *s) {
    const struct order *order = &o->atomic[s->where];
    struct vector *to = acquires(s->order) ? &o->now[s->task] : &o->pending[s->task];
    for (unsigned i = 0; i < order->n; i++) {
        if (in_sequence_of(order, i)) {
            join(to, &order->value[i].carried);
        }
    }
}

static void write_value(struct oracle *o, const struct step *s) {
    struct order *order = &o->atomic[s->where];
    if (order->n == order->room) {
        order->room = order->room ? order->room * 2 : 8;
        order->value = realloc(order->value, order->room * sizeof *order->value);
    }
    struct value *value = &order->value[order->n++];
    memset(value, 0, sizeof *value);
    value->task = s->task;
    value->rmw = s->kind == STEP_RMW;
    if (releases(s->order)) {
        value->heads = true;
        value->carried = o->now[s->task];
        next_epoch(o, s->task);
    } else if (o->has_fence[s->task]) {
        value->heads = true;
        value->carried = o->fence[s->task];
    }
}

static bool atomic_step(struct oracle *o, const struct step *s) {
    bool writes = s->kind == STEP_STORE || s->kind == STEP_RMW;
    bool found = access_bytes(o, s, s->size, writes, true);
    if (s->kind != STEP_STORE) {
        read_value(o, s);
    }
    if (writes) {
        write_value(o, s);
    }
    return found;
}

static void fence(struct oracle *o, const struct step *s) {
    if (acquires(s->order)) {
        join(&o->now[s->task], &o->pending[s->task]);
        memset(&o->pending[s->task], 0, sizeof o->pending[s->task]);
    }
    if (releases(s->order)) {
        o->fence[s->task] = o->now[s->task];
        o->has_fence[s->task] = true;
        next_epoch(o, s->task);
    }
}

/* -- edges [HB-M-03] ------------------------------------------------------------------------ */

static void edge(struct oracle *o, const struct step *s) {
    struct vector *x = &o->key[s->where % ORACLE_KEYS];
    struct vector *v = &o->now[s->task];
    struct vector old = *x;
    switch (s->kind) {
    case STEP_ACQUIRE:
        join(v, x);
        return;
    case STEP_RELEASE:
        *x = *v;
        break;
    case STEP_MERGE:
        join(x, v);
        break;
    default: /* STEP_SWAP: what is deposited does not contain what is acquired */
        *x = *v;
        join(v, &old);
        break;
    }
    next_epoch(o, s->task);
}

static void go(struct oracle *o, const struct step *s) {
    join(&o->now[s->where], &o->now[s->task]);
    next_epoch(o, s->task);
}

bool oracle_step(struct oracle *o, const struct step *s) {
    switch (s->kind) {
    case STEP_GO:
        go(o, s);
        return false;
    case STEP_READ:
    case STEP_ATOMIC_READ:
        return access_bytes(o, s, s->size, false, s->kind == STEP_ATOMIC_READ);
    case STEP_WRITE:
    case STEP_ATOMIC_WRITE:
        return access_bytes(o, s, s->size, true, s->kind == STEP_ATOMIC_WRITE);
    case STEP_ACQUIRE:
    case STEP_RELEASE:
    case STEP_MERGE:
    case STEP_SWAP:
        edge(o, s);
        return false;
    case STEP_LOAD:
    case STEP_STORE:
    case STEP_RMW:
    case STEP_CAS_FAILED:
        return atomic_step(o, s);
    case STEP_FENCE:
        fence(o, s);
        return false;
    case STEP_NEW:
        forget(o, s->where, s->size);
        o->block[s->where] = s->size;
        return false;
    case STEP_FREE: {
        uint8_t size = o->block[s->where];
        o->block[s->where] = 0;
        return access_bytes(o, s, size, true, false);
    }
    default:
        return false;
    }
}
