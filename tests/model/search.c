/* search.c - depth first over all choices; every execution starts anew and repeats the choices of
 * its node.
 *
 * Reduction  dynamic: a process is tried at an earlier state only where its next step conflicts
 *            with what happened from there [Flanagan05 fig. 3]; and sleep sets: after all that
 *            begins with p's step, it is not repeated later until something conflicts with it
 *            [Godefroid96]. Both keep every order of conflicting steps, so every state without
 *            successors and every failed law.
 * Bound      with a bound there is no reduction: all executions with at most so many preemptions
 *            (switches away from a process that could go on) [Musuvathi07 CHESS].
 */
#include "search.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "races.h"

#define NODES_MAX 8000

/* A state where something is chosen: who takes his step, or one of n values. */
struct node {
    bool is_value;
    unsigned value, n_values;
    unsigned chosen; /* process */
    uint32_t enabled, to_try, tried, asleep;
    unsigned preemptions; /* before this state */
    int last;             /* process that took the step before, -1: none */
};

static struct {
    struct node nodes[NODES_MAX];
    int n;     /* nodes of the execution under way */
    int depth; /* of the state it is in */
    unsigned bound;
    struct search_result result;
    jmp_buf failed;
} search;

static uint32_t bit(unsigned i) {
    return (uint32_t)1 << i;
}

static unsigned lowest(uint32_t set) {
    return (unsigned)__builtin_ctz(set);
}

static struct node *add_node(void) {
    if (search.n == NODES_MAX) {
        world_fail("more than %d choices: does it end?", NODES_MAX);
    }
    search.nodes[search.n] = (struct node){.last = -1};
    return &search.nodes[search.n++];
}

unsigned search_choose(unsigned n) {
    if (search.depth == search.n) {
        struct node *node = add_node();
        node->is_value = true;
        node->n_values = n;
    }
    return search.nodes[search.depth++].value;
}

_Noreturn void search_fail(const char *message) {
    search.result.failed = true;
    snprintf(search.result.message, sizeof(search.result.message), "%s", message);
    longjmp(search.failed, 1);
}

/* -- reduction -- */

/* p's next step conflicts with event i: at the state before i somebody must be tried who leads to
 * p's step coming first. */
static void try_before(int i, const struct process *p) {
    struct node *node = &search.nodes[log_events[i].node];
    uint32_t leads = node->enabled & bit(world_index(p));
    for (int j = i + 1; j < log_n; j++) {
        if (log_is_before(j, p)) {
            leads |= node->enabled & bit(log_events[j].proc);
        }
    }
    if (leads == 0) {
        node->to_try |= node->enabled;
    } else if ((leads & (node->to_try | node->asleep)) == 0) {
        node->to_try |=
            (leads & bit(world_index(p))) != 0 ? bit(world_index(p)) : bit(lowest(leads));
    }
}

/* After a step of `mover`: its new step against all that happened, the others' against that step. */
static void look_for_rivals(const struct process *mover, unsigned known) {
    int last = log_n - 1;
    for (unsigned i = 0; i < world_n_procs; i++) {
        const struct process *p = &world_procs[i];
        if (p->finished) {
            continue;
        }
        if (p == mover || i >= known) {
            int rival = log_rival(p);
            if (rival >= 0) {
                try_before(rival, p);
            }
        } else if (log_is_rival(&log_events[last], p) && !log_is_before(last, p)) {
            try_before(last, p);
        }
    }
}

/* Who sleeps at the state that the step of `node` led to. */
static uint32_t still_asleep(const struct node *node) {
    uint32_t asleep = (node->asleep | node->tried) & ~bit(node->chosen);
    uint32_t still = 0;
    for (uint32_t rest = asleep; rest != 0; rest &= rest - 1) {
        unsigned i = lowest(rest);
        if (!log_conflicts(&log_events[log_n - 1], &world_procs[i].pending)) {
            still |= bit(i);
        }
    }
    return still;
}

/* -- one execution -- */

static uint32_t enabled_now(void) {
    uint32_t enabled = 0;
    for (unsigned i = 0; i < world_n_procs; i++) {
        if (world_is_enabled(&world_procs[i])) {
            enabled |= bit(i);
        }
    }
    return enabled;
}

static unsigned preferred(uint32_t candidates, int last) {
    return last >= 0 && (candidates & bit((unsigned)last)) != 0 ? (unsigned)last
                                                                : lowest(candidates);
}

static unsigned cost(const struct node *node, unsigned p) {
    return node->last >= 0 && (unsigned)node->last != p &&
                   (node->enabled & bit((unsigned)node->last)) != 0
               ? 1
               : 0;
}

static uint32_t within_bound(const struct node *node) {
    uint32_t set = 0;
    for (uint32_t rest = node->enabled; rest != 0; rest &= rest - 1) {
        if (node->preemptions + cost(node, lowest(rest)) <= search.bound) {
            set |= bit(lowest(rest));
        }
    }
    return set;
}

/* A state seen for the first time. False: all that could be done is done elsewhere. */
static bool new_state(uint32_t enabled, uint32_t asleep, const struct node *parent) {
    struct node *node = add_node();
    node->enabled = enabled;
    node->asleep = asleep;
    if (parent != NULL) {
        node->last = (int)parent->chosen;
        node->preemptions = parent->preemptions + cost(parent, parent->chosen);
    }
    uint32_t candidates = enabled & ~asleep;
    if (candidates == 0) {
        search.n--;
        return false;
    }
    node->chosen = preferred(candidates, node->last);
    node->to_try = search.bound != 0 ? within_bound(node) : bit(node->chosen);
    return true;
}

/* False: cut. */
static bool execute(const struct config *config) {
    struct node *parent = NULL;
    log_reset();
    races_reset();
    search.depth = 0;
    world_reset(config);
    world_start_new();
    for (uint32_t enabled = enabled_now(); enabled != 0; enabled = enabled_now()) {
        if (search.depth == search.n) {
            uint32_t asleep = parent == NULL || search.bound != 0 ? 0 : still_asleep(parent);
            if (!new_state(enabled, asleep, parent)) {
                return false;
            }
        }
        struct node *node = &search.nodes[search.depth];
        struct process *p = &world_procs[node->chosen];
        unsigned known = world_n_procs;
        log_add(p, search.depth++);
        world_advance(p);
        world_start_new();
        /* Else it is a repetition, whose rivals are known. */
        if (search.bound == 0 && search.depth == search.n) {
            look_for_rivals(p, known);
        }
        parent = node;
    }
    world_end();
    return true;
}

/* The next execution differs from this one in its last choice that has an alternative. */
static bool next_choice(void) {
    while (search.n > 0) {
        struct node *node = &search.nodes[search.n - 1];
        if (node->is_value) {
            if (++node->value < node->n_values) {
                return true;
            }
        } else {
            node->tried |= bit(node->chosen);
            uint32_t rest = node->to_try & ~node->tried & ~node->asleep;
            if (rest != 0) {
                node->chosen = preferred(rest, node->last);
                return true;
            }
        }
        search.n--;
    }
    return false;
}

/* -- all of them -- */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool is_over(const struct search_limits *limits, double end) {
    return (limits->executions != 0 && search.result.executions >= limits->executions) ||
           (limits->seconds > 0 && search.result.executions % 256 == 0 && seconds() > end);
}

struct search_result search_run(const struct config *config, const struct search_limits *limits) {
    double end = seconds() + limits->seconds;
    memset(&search.result, 0, sizeof(search.result));
    search.n = 0;
    search.bound = limits->preemptions != 0 ? limits->preemptions : config->preemptions;
    search.bound = limits->unbounded ? 0 : search.bound;
    search.result.bound = search.bound;
    if (setjmp(search.failed) != 0) {
        search.result.executions++;
        return search.result;
    }
    do {
        bool whole = execute(config);
        search.result.executions++;
        search.result.cut += whole ? 0 : 1;
        if ((unsigned)log_n > search.result.longest) {
            search.result.longest = (unsigned)log_n;
        }
        if (!next_choice()) {
            search.result.exhausted = true;
            return search.result;
        }
    } while (!is_over(limits, end));
    return search.result;
}
