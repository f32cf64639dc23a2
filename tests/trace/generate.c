/* generate.c - random traces. */
#include "generate.h"

#include <string.h>

#include "detector/event.h"

#define READERS   8u
#define VARIABLES (TRACE_KEYS / 4)
#define JOIN_KEY  (TRACE_KEYS - 32)

static uint64_t state;

void generate_seed(uint64_t seed) {
    state = seed * 2862933555777941757u + 3037000493u;
}

uint32_t generate_pick(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

#define pick generate_pick

/* -- wild ----------------------------------------------------------------------------------- */

static uint32_t any_size(void) {
    static const uint8_t sizes[] = {1, 2, 4, 4, 8, 8, 16, 3, 5, 24};
    return pick(200) ? sizes[pick(sizeof sizes)] : 1 + pick(9000);
}

static struct step wild_step(unsigned tasks) {
    struct step s = {.task = (uint16_t)pick(tasks), .size = any_size(), .expect = -1};
    uint32_t what = pick(1000);
    s.order = (uint8_t)pick(6);
    s.where = pick(64);
    if (what < 500) {
        s.kind = (uint8_t)(STEP_READ + pick(what % 8 ? 2 : 4));
        s.where = pick(4) ? s.where & ~7u : pick(20) ? s.where : pick(TRACE_BYTES - 9001);
    } else if (what < 700) {
        s.kind = (uint8_t)(STEP_ACQUIRE + pick(4));
        s.where %= 6;
        s.size = 0;
    } else if (what < 710) {
        s.kind = STEP_MEET;
        s.where %= tasks;
        s.size = 0;
    } else if (what < 830) {
        s.kind = (uint8_t)(STEP_LOAD + pick(4));
        s.where = pick(8) ? 64 + pick(4) * 8 : s.where;
        s.size = pick(4) ? 4 : 1u << pick(5);
    } else if (what < 860) {
        s.kind = STEP_FENCE;
    } else if (what < 940) {
        s.kind = (uint8_t)(pick(3) ? STEP_NEW : STEP_FREE);
        s.where = pick(3) * 32; /* an allocator never overlaps blocks */
        s.size = 1 + pick(32);
    } else if (what < 955) {
        s.kind = (uint8_t)(STEP_TAKE + pick(2));
        s.where = TRACE_LOCK_AREA + pick(3) * 16;
        s.order = !pick(3);
        s.size = 8;
    } else if (what < 970) {
        s.kind = (uint8_t)(STEP_LOCK + pick(2));
        s.where %= 5;
        s.order = (uint8_t)pick(4);
        s.size = 0;
    } else if (what < 985) {
        s.kind = STEP_CALL;
    } else if (what < 992) {
        s.kind = STEP_FORGET;
        s.size = 1 + pick(40);
    } else if (what < 996) {
        s.kind = STEP_DESTROY;
        s.where %= 6;
        s.size = 1;
    } else {
        s.kind = (uint8_t)(pick(3) ? STEP_END : pick(12) ? STEP_BEGIN : STEP_FORK);
    }
    return s;
}

void generate_wild(struct step *steps, unsigned n, unsigned tasks) {
    unsigned at = 0;
    for (unsigned j = 1; j < tasks && at < n; j++) {
        steps[at++] = (struct step){
            .kind = STEP_GO, .task = (uint16_t)pick(j), .where = j, .size = !pick(8), .expect = -1};
        if (pick(16) == 0) {
            steps[at - 1].kind = STEP_ADOPT;
            steps[at - 1].task = (uint16_t)j;
        }
    }
    while (at < n) {
        steps[at++] = wild_step(tasks);
    }
}

/* -- disciplined ---------------------------------------------------------------------------- */

/* How a variable changes hands. */
enum how {
    HOW_SET,
    HOW_MERGE,
    HOW_SWAP,
    HOW_MUTEX,
    HOW_STORE,
    HOW_RMW,
    HOW_FENCES,
    HOW_WORD,
    HOW_RW,
    HOWS
};

struct variable {
    enum how how;
    int owner; /* task; -1: nobody */
    bool is_block;
    unsigned n_readers;
    uint16_t reader[READERS];
};

static struct {
    struct step *steps;
    unsigned at, n;
    const struct discipline *d;
    struct variable variable[VARIABLES];
    uint32_t stride;
    unsigned made, live;
    uint16_t task[TRACE_TASKS]; /* live ones */
    unsigned busy[TRACE_TASKS]; /* variables that each owns or reads */
} g;

static void say(unsigned kind, unsigned task, uint32_t where, uint32_t size, unsigned order) {
    if (g.at < g.n) {
        g.steps[g.at++] = (struct step){.kind = (uint8_t)kind,
                                        .task = (uint16_t)task,
                                        .where = where,
                                        .size = size,
                                        .order = (uint8_t)order,
                                        .expect = -1};
    }
}

/* The first 16 bytes of a variable are its atomic. */
static uint32_t place_of(const struct variable *v) {
    return (uint32_t)(v - g.variable) * g.stride;
}

static uint32_t key_of(const struct variable *v) {
    return (uint32_t)(v - g.variable) * 2;
}

static uint32_t word_of(const struct variable *v) {
    return TRACE_LOCK_AREA + (uint32_t)(v - g.variable) * 16;
}

static void access(unsigned task, const struct variable *v, bool write) {
    uint32_t room = g.stride - 16;
    uint32_t size = any_size();
    size = g.d->large && pick(50) == 0 ? 1 + pick(room) : size;
    size = size > room ? 1 : size;
    uint32_t at = pick(4) ? pick(room / 16) * 16 : pick(room);
    at = pick(3) ? at % 64 : at;
    at = at + size > room ? room - size : at;
    bool atomic = pick(40) == 0 && size <= 16;
    say((atomic ? STEP_ATOMIC_READ : STEP_READ) + write, task, place_of(v) + 16 + at, size, 0);
}

static void pass_atomically(unsigned task, const struct variable *v, bool give) {
    uint32_t at = place_of(v);
    if (v->how == HOW_RMW) {
        say(STEP_RMW, task, at, 8, pick(3) ? EV_ACQ_REL : give ? EV_RELEASE : EV_ACQUIRE);
    } else if (v->how == HOW_STORE && give) {
        say(STEP_STORE, task, at, 4, EV_RELEASE);
    } else if (v->how == HOW_STORE) {
        say(STEP_LOAD, task, at, 4, pick(2) ? EV_ACQUIRE : EV_SEQ_CST);
    } else if (give) {
        say(STEP_FENCE, task, 0, 0, EV_RELEASE);
        say(pick(2) ? STEP_STORE : STEP_RMW, task, at, 4, EV_RELAXED);
    } else {
        say(pick(2) ? STEP_LOAD : STEP_CAS_FAILED, task, at, 4, EV_RELAXED);
        say(STEP_FENCE, task, 0, 0, EV_ACQUIRE);
    }
}

static void take(unsigned task, struct variable *v) {
    v->owner = (int)task;
    g.busy[task]++;
    if (v->how >= HOW_STORE && v->how <= HOW_FENCES) {
        pass_atomically(task, v, false);
        return;
    }
    if (v->how == HOW_WORD) {
        say(STEP_TAKE, task, word_of(v), 8, EV_LOCK_WRITE);
        return;
    }
    say(v->how == HOW_SWAP ? STEP_SWAP : STEP_ACQUIRE, task, key_of(v), 0, 0);
    if (v->how == HOW_RW) { /* the readers' key */
        say(STEP_ACQUIRE, task, key_of(v) + 1, 0, 0);
    } else if (v->how == HOW_MUTEX) {
        say(STEP_LOCK, task, key_of(v) % TRACE_LOCKS, 0, EV_LOCK_WRITE);
    }
}

static void give(unsigned task, struct variable *v) {
    v->owner = -1;
    g.busy[task]--;
    if (v->how >= HOW_STORE && v->how <= HOW_FENCES) {
        pass_atomically(task, v, true);
        return;
    }
    if (v->how == HOW_WORD) {
        say(STEP_LEAVE, task, word_of(v), 8, EV_LOCK_WRITE);
        return;
    }
    if (v->how == HOW_MUTEX) {
        say(STEP_UNLOCK, task, key_of(v) % TRACE_LOCKS, 0, EV_LOCK_WRITE);
    }
    unsigned kind = v->how == HOW_SET ? STEP_RELEASE : v->how == HOW_SWAP ? STEP_SWAP : STEP_MERGE;
    say(kind, task, key_of(v), 0, 0);
}

/* A block is born, dies or is mapped anew in the variable's memory. */
static void change_life(unsigned task, struct variable *v) {
    uint32_t room = g.stride - 16;
    uint32_t size = g.d->large ? room : 1 + pick(room < 64 ? room : 64);
    if (v->is_block) {
        say(STEP_FREE, task, place_of(v) + 16, 0, 0);
        v->is_block = false;
    } else if (pick(3)) {
        say(STEP_NEW, task, place_of(v) + 16, size, 0);
        v->is_block = true;
    } else {
        say(STEP_FORGET, task, place_of(v) + 16, size, 0);
    }
}

static int reader_index(const struct variable *v, unsigned task) {
    for (unsigned i = 0; i < v->n_readers; i++) {
        if (v->reader[i] == task) {
            return (int)i;
        }
    }
    return -1;
}

/* From hand to hand, while the other is parked. */
static void hand_over(unsigned task, struct variable *v) {
    unsigned to = g.task[pick(g.live)];
    if (to != task && v->how != HOW_MUTEX && v->how != HOW_WORD) { /* those are held */
        bool first = pick(2) != 0;
        say(STEP_MEET, first ? task : to, first ? to : task, 0, 0);
        v->owner = (int)to;
        g.busy[task]--;
        g.busy[to]++;
    }
}

static void visit(unsigned task, struct variable *v) {
    int reader = reader_index(v, task);
    if (v->owner == (int)task) {
        uint32_t what = pick(20);
        if (what < 12) {
            access(task, v, pick(2));
        } else if (what < 17) {
            give(task, v);
        } else if (what < 19) {
            hand_over(task, v);
        } else {
            change_life(task, v);
        }
    } else if (reader >= 0) {
        if (pick(2)) {
            access(task, v, false);
        } else {
            say(STEP_MERGE, task, key_of(v) + 1, 0, 0);
            v->reader[reader] = v->reader[--v->n_readers];
            g.busy[task]--;
        }
    } else if (v->owner < 0 && v->how == HOW_RW && pick(3) && v->n_readers < READERS) {
        say(STEP_ACQUIRE, task, key_of(v), 0, 0);
        v->reader[v->n_readers++] = (uint16_t)task;
        g.busy[task]++;
    } else if (v->owner < 0 && v->n_readers == 0) {
        take(task, v);
    } else if (g.d->break_one_in && pick(g.d->break_one_in) == 0) {
        access(task, v, pick(2));
    }
}

static void start_task(unsigned parent) {
    unsigned child = g.made++;
    bool on_stack = pick(10) == 0;
    if (pick(20) == 0) {
        say(STEP_ADOPT, child, 0, 0, 0);
    } else {
        say(STEP_GO, parent, child, on_stack, 0);
        if (on_stack) { /* the stack is memory that nobody uses now: of a variable of the parent's */
            struct variable *v = &g.variable[pick(g.d->variables)];
            if (v->owner == (int)parent && !v->is_block) {
                say(STEP_BEGIN, child, place_of(v) + 16, g.stride - 16, 0);
            }
        }
    }
    g.busy[child] = 0;
    g.task[g.live++] = (uint16_t)child;
}

static void end_task(unsigned index) {
    unsigned task = g.task[index];
    say(STEP_MERGE, task, JOIN_KEY + task % 16, 0, 0);
    say(STEP_END, task, 0, 0, 0);
    g.task[index] = g.task[--g.live];
}

void generate_disciplined(struct step *steps, unsigned n, const struct discipline *d) {
    memset(&g, 0, sizeof g);
    g.steps = steps;
    g.n = n;
    g.d = d;
    g.made = g.live = 1;
    for (g.stride = 32; g.stride * 2 * d->variables <= TRACE_BYTES;) {
        g.stride *= 2;
    }
    if (!d->large && g.stride > 1024) {
        g.stride = 1024;
    }
    for (unsigned i = 0; i < d->variables; i++) {
        g.variable[i].how = (enum how)pick(HOWS);
        g.variable[i].owner = -1;
        if (g.variable[i].how == HOW_WORD && i >= TRACE_LOCK_WORDS) {
            g.variable[i].how = HOW_MUTEX;
        }
    }
    while (g.at < n) {
        unsigned index = pick(g.live);
        unsigned task = g.task[index];
        uint32_t what = pick(200);
        bool grows = g.made < d->tasks && (g.live < d->tasks / 2 || what < 4);
        if (grows && (g.live < 2 || what < 40)) {
            start_task(task);
        } else if (what < 2 && task != 0 && g.busy[task] == 0 && g.live > 2) {
            end_task(index);
        } else if (what < 4) {
            say(STEP_ACQUIRE, task, JOIN_KEY + pick(16), 0, 0);
        } else if (what < 6) {
            say(STEP_CALL, task, 0, 0, pick(2));
        } else {
            visit(task, &g.variable[pick(d->variables)]);
        }
    }
}
