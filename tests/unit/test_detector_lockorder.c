/* test_detector_lockorder.c - which orders of locks could deadlock: the laws one by one, and against a model
 * that keeps every nesting there ever was. */
#include <criterion/criterion.h>

#include <string.h>

#include "fake_host.h"

#define LOCK(n) ((uintptr_t)0x7f2000000000 + 64 * (uintptr_t)(n))
#define POST(n) ((uintptr_t)0x7f3000000000 + 64 * (uintptr_t)(n))

static void take_at(struct det_task *t, unsigned n, uint32_t mode, uintptr_t pc) {
    struct ev_lock lock = {
        .lock = LOCK(n), .readers = LOCK(n) + 1, .size = 4, .mode = mode, .pc = pc};
    det_lock_taken(t, &lock);
}

static void take(struct det_task *t, unsigned n, uint32_t mode) {
    take_at(t, n, mode, 0x600000 + t->id * 0x1000 + n);
}

static void leave(struct det_task *t, unsigned n, uint32_t mode) {
    struct ev_lock lock = {.lock = LOCK(n),
                           .readers = LOCK(n) + 1,
                           .size = 4,
                           .mode = mode & EV_LOCK_READ,
                           .pc = 0x700000 + n};
    det_lock_leaving(t, &lock);
}

static void nest(struct det_task *t, unsigned first, unsigned second) {
    take(t, first, EV_LOCK_WRITE);
    take(t, second, EV_LOCK_WRITE);
    leave(t, second, EV_LOCK_WRITE);
    leave(t, first, EV_LOCK_WRITE);
}

static unsigned told(void) {
    cr_assert_null(lockgraph_check(), "%s", lockgraph_check());
    cr_assert_null(collect_check(), "%s", collect_check());
    return count_records(RECORD_LOCK_ORDER);
}

static uint64_t not_looked_at(void) {
    return det_process()->limits[LIMIT_LOCK_ORDER_FULL];
}

/* -- laws ----------------------------------------------------------------------------------- */

Test(lockorder, of_two_orders_by_two_tasks) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    nest(a, 1, 2);
    cr_assert_eq(told(), 0);
    nest(b, 2, 1);
    cr_assert_eq(told(), 1);
    const struct raw_lock *held = find_item(find_record(RECORD_LOCK_ORDER, 0), ITEM_LOCK, 0, NULL);
    const struct raw_lock *taken = find_item(find_record(RECORD_LOCK_ORDER, 0), ITEM_LOCK, 1, NULL);
    cr_assert_eq(held->addr, LOCK(2));
    cr_assert_eq(taken->addr, LOCK(1));
    nest(b, 2, 1);
    cr_assert_eq(told(), 1);
}

Test(lockorder, of_many_tasks_in_a_circle) {
    enum { TASKS = 200 };
    struct det_task *m = fake_start();
    for (unsigned i = 0; i < TASKS; i++) {
        cr_assert_eq(told(), 0);
        nest(fake_go(m, i + 2), i, (i + 1) % TASKS);
    }
    cr_assert_eq(told(), 1);
}

Test(lockorder, a_lock_in_the_middle_of_many) {
    enum { HELD = 10000 };
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (int round = 0; round < 3; round++) {
        for (unsigned i = 0; i < HELD; i++) {
            take(a, i, EV_LOCK_WRITE);
        }
        for (unsigned i = HELD; i-- > 0;) {
            leave(a, i, EV_LOCK_WRITE);
        }
    }
    cr_assert_eq(det.lockorder.nestings.next, HELD - 1, "one for each lock but the first, not %u",
                 (unsigned)det.lockorder.nestings.next);
    nest(b, HELD - 1, HELD / 2);
    cr_assert_eq(told(), 1);
}

Test(lockorder, what_is_let_go_in_between_keeps_the_path) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    take(a, 1, EV_LOCK_WRITE);
    take(a, 2, EV_LOCK_WRITE);
    take(a, 3, EV_LOCK_WRITE);
    leave(a, 2, EV_LOCK_WRITE);
    det_object_destroy(a, LOCK(2), 1);
    take(a, 4, EV_LOCK_WRITE);
    nest(b, 4, 1);
    cr_assert_eq(told(), 1);
}

Test(lockorder, of_a_lock_that_was_destroyed_is_nothing_left) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    nest(a, 1, 2);
    det_object_destroy(a, LOCK(1), 1);
    nest(b, 2, 1);
    cr_assert_eq(told(), 0);
    det_object_new(b, EV_OBJECT_MUTEX, LOCK(2), 40, 0x500000);
    nest(a, 1, 2);
    cr_assert_eq(told(), 0);
    det_memory_forget(LOCK(0), 1024);
    nest(b, 2, 1);
    cr_assert_eq(told(), 0);
    nest(a, 1, 2);
    cr_assert_eq(told(), 1);
}

Test(lockorder, a_later_lock_at_the_place_of_one_in_the_middle_is_another) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    take(a, 1, EV_LOCK_WRITE);
    nest(a, 2, 3);
    leave(a, 1, EV_LOCK_WRITE);
    det_object_destroy(a, LOCK(1), 1);
    nest(a, 1, 2);
    nest(b, 3, 1);
    cr_assert_eq(told(), 0);
    take(a, 1, EV_LOCK_WRITE);
    nest(a, 2, 3);
    cr_assert_eq(told(), 1);
}

Test(lockorder, who_holds_what_was_handed_over_is_not_known) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    nest(b, 2, 1);
    take(a, 1, EV_LOCK_WRITE);
    leave(b, 1, EV_LOCK_WRITE);
    take(a, 2, EV_LOCK_WRITE);
    cr_assert_eq(told(), 0);
}

Test(lockorder, of_the_same_places_is_told_once) {
    enum { OBJECTS = 1000 };
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (unsigned i = 0; i < OBJECTS; i++) {
        for (unsigned task = 0; task < 2; task++) {
            struct det_task *t = task == 0 ? a : b;
            take_at(t, 2 * i + task, EV_LOCK_WRITE, 0x600000);
            take_at(t, 2 * i + 1 - task, EV_LOCK_WRITE, 0x600010);
            leave(t, 2 * i + 1 - task, EV_LOCK_WRITE);
            leave(t, 2 * i + task, EV_LOCK_WRITE);
        }
    }
    cr_assert_eq(told(), 1);
    cr_assert_eq(det_process()->limits[LIMIT_DUPLICATES], OBJECTS - 1);
}

Test(lockorder, many_locks_taken_by_address_cost_no_search) {
    enum { LOCKS = 1000 };
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (unsigned i = 0; i < LOCKS; i++) {
        for (unsigned j = i + 1; j < LOCKS; j += 1 + i) {
            nest(a, i, j);
            nest(b, i, j);
        }
    }
    cr_assert_eq(told(), 0);
    cr_assert_eq(det.lock_rounds.order, 0);
}

Test(lockorder, outlives_collections_and_tasks) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2);
    nest(a, 1, 2);
    det_task_end(a);
    for (uint64_t i = 3; i < 300; i++) {
        struct det_task *t = fake_go(m, i);
        nest(t, 3, 4);
        det_task_end(t);
        cr_assert(i % 50 != 0 || collect_now(m));
    }
    struct det_task *b = fake_go(m, 300);
    nest(b, 2, 1);
    cr_assert_eq(told(), 1);
}

Test(lockorder, of_the_parent_nothing_waits_in_a_child) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    nest(a, 1, 2);
    det_fork_child(b, 101);
    struct det_task *c = fake_go(b, 4);
    nest(b, 2, 1);
    cr_assert_eq(told(), 0);
    nest(c, 1, 2);
    cr_assert_eq(told(), 1);
}

Test(lockorder, a_child_begins_anew_where_another_thread_of_the_parent_was_in_the_middle) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    nest(a, 1, 2);
    nest(b, 1, 2);
    spin_lock(&det.lockorder.lock);
    det_fork_child(b, 101);
    cr_assert_eq(not_looked_at(), 0);
    struct det_task *c = fake_go(b, 4);
    nest(b, 2, 1);
    cr_assert_eq(told(), 0);
    nest(c, 1, 2);
    cr_assert_eq(told(), 1);
}

/* -- many locks ----------------------------------------------------------------------------- */

/* Takes locks 0 to n, upwards or downwards, after `outer` and a gate, and lets all go. */
static void take_many(struct det_task *t, unsigned n, unsigned outer, bool down) {
    take(t, outer, EV_LOCK_WRITE);
    take(t, n, EV_LOCK_WRITE);
    for (unsigned i = 0; i < n; i++) {
        take(t, down ? n - 1 - i : i, EV_LOCK_WRITE);
    }
    for (unsigned i = 0; i < n; i++) {
        leave(t, down ? i : n - 1 - i, EV_LOCK_WRITE);
    }
    leave(t, n, EV_LOCK_WRITE);
    leave(t, outer, EV_LOCK_WRITE);
}

Test(lockorder, of_many_held_at_once_what_is_not_looked_at_is_counted) {
    enum { LOCKS = 3000 };
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    nest(a, LOCKS + 3, LOCKS + 4);
    take_many(a, LOCKS, LOCKS + 1, false);
    det.lock_graph.taken = UINT64_MAX / 2; /* no steps are left */
    take(b, LOCKS, EV_LOCK_WRITE);
    nest(b, LOCKS - 1, 0);
    cr_assert_eq(told(), 0);
    cr_assert_gt(not_looked_at(), 0);
    cr_assert_lt(det.lock_graph.taken, UINT64_MAX / 2 + 16u * LOCKS);
    nest(fake_go(m, 4), LOCKS + 4, LOCKS + 3);
    cr_assert_eq(told(), 1, "a simple one is told all the same");
}

Test(lockorder, of_many_held_at_once_under_one_none_is_searched) {
    enum { LOCKS = 10000 };
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    take_many(a, LOCKS, LOCKS + 1, false);
    take_many(b, LOCKS, LOCKS + 1, true);
    cr_assert_eq(told(), 0);
    cr_assert_eq(not_looked_at(), 0);
    cr_assert_lt(det.lock_graph.taken, LOCKS);
    struct det_task *c = fake_go(m, 4);
    take(c, LOCKS / 2, EV_LOCK_WRITE);
    take(c, LOCKS / 2 + 1, EV_LOCK_WRITE);
    cr_assert_geq(told(), 1, "one that goes without it is");
}

Test(lockorder, of_many_held_at_once_by_one_after_the_other_none_is_searched) {
    enum { LOCKS = 10000 };
    struct det_task *m = fake_start(), *a = fake_go(m, 2);
    take_many(a, LOCKS, LOCKS + 1, false);
    det_release(a, POST(1));
    struct det_task *b = fake_go(m, 3);
    det_acquire(b, POST(1));
    take_many(b, LOCKS, LOCKS + 2, true);
    cr_assert_eq(told(), 0);
    cr_assert_eq(not_looked_at(), 0);
    cr_assert_lt(det.lock_graph.taken, LOCKS);
    struct det_task *c = fake_go(m, 4);
    take(c, 1, EV_LOCK_WRITE);
    take(c, 0, EV_LOCK_WRITE);
    cr_assert_eq(told(), 1, "one beside them is");
}

Test(lockorder, behind_a_gate_a_search_is_short) {
    enum { LOCKS = 32, TASKS = 8 };
    struct det_task *m = fake_start(), *t[TASKS];
    for (unsigned i = 0; i < TASKS; i++) {
        t[i] = fake_go(m, i + 2);
    }
    for (unsigned i = 0; i < TASKS * LOCKS * LOCKS; i++) {
        unsigned first = i / TASKS / LOCKS, second = i / TASKS % LOCKS;
        if (first != second) {
            take(t[i % TASKS], LOCKS, EV_LOCK_WRITE);
            nest(t[i % TASKS], first, second);
            leave(t[i % TASKS], LOCKS, EV_LOCK_WRITE);
        }
    }
    cr_assert_eq(told(), 0);
    cr_assert_eq(not_looked_at(), 0);
    cr_assert_lt(det.lock_graph.taken, (uint64_t)TASKS * LOCKS * LOCKS * 1024u);
}

/* -- reading again -------------------------------------------------------------------------- */

Test(lockorder, a_reader_holds_what_it_took_twice_until_both_are_let_go) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    take_at(a, 9, EV_LOCK_READ, 0x600000);
    take_at(a, 9, EV_LOCK_READ, 0x600000);
    leave(a, 9, EV_LOCK_READ);
    nest(a, 1, 2);
    leave(a, 9, EV_LOCK_READ);
    take(b, 9, EV_LOCK_WRITE);
    nest(b, 2, 1);
    leave(b, 9, EV_LOCK_WRITE);
    cr_assert_eq(told(), 0);
    for (unsigned i = 0; i < 1000; i++) {
        take_at(a, 9, EV_LOCK_READ, 0x600000);
    }
    cr_assert_eq(a->held.n, HELD_AGAIN_MOST, "others let them go");
}

#define READ_AGAIN (EV_LOCK_READ | EV_LOCK_SHARED)
#define WRITE_IT   (EV_LOCK_WRITE | EV_LOCK_SHARED)

static void write_it(struct det_task *t, unsigned n) {
    take(t, n, WRITE_IT);
    leave(t, n, EV_LOCK_WRITE);
}

static void read_again(struct det_task *t, unsigned n) {
    take_at(t, n, READ_AGAIN, 0x600000);
    take_at(t, n, READ_AGAIN, 0x600010);
    leave(t, n, EV_LOCK_READ);
    leave(t, n, EV_LOCK_READ);
}

Test(lockorder, who_reads_again_waits_behind_a_writer) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    read_again(a, 1);
    cr_assert_eq(told(), 0);
    write_it(a, 1);
    cr_assert_eq(told(), 0);
    write_it(b, 1);
    cr_assert_eq(told(), 1);
    write_it(b, 1);
    read_again(a, 1);
    cr_assert_eq(told(), 1);
}

Test(lockorder, what_a_reader_learns_of_the_lock_orders_nothing) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    write_it(b, 1);
    read_again(a, 1);
    cr_assert_eq(told(), 1);
}

Test(lockorder, who_reads_again_after_a_writer_has_said_so_does_not) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    write_it(b, 1);
    det_release_merge(b, POST(0));
    det_acquire(a, POST(0));
    read_again(a, 1);
    cr_assert_eq(told(), 0);
    take(b, 2, EV_LOCK_WRITE); /* a gate */
    write_it(b, 1);
    leave(b, 2, EV_LOCK_WRITE);
    cr_assert_eq(told(), 1, "a held no gate");
}

Test(lockorder, who_reads_again_behind_a_gate_does_not) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (int i = 0; i < 2; i++) {
        struct det_task *t = i == 0 ? a : b;
        take(t, 2, EV_LOCK_WRITE);
        (i == 0 ? read_again : write_it)(t, 1);
        leave(t, 2, EV_LOCK_WRITE);
    }
    cr_assert_eq(told(), 0);
    det_object_destroy(a, LOCK(1), 1);
    write_it(b, 1);
    cr_assert_eq(told(), 0);
}

/* -- the model ------------------------------------------------------------------------------ */

enum { TASKS = 4, LOCKS = 5, POSTS = 2, STEPS = 48, KEYS = 2 * LOCKS + POSTS };

struct stamp {
    unsigned of[TASKS];
};

/* The last publication of each task. */
struct pubs {
    struct stamp by[TASKS];
    bool made;         /* there is an object */
    unsigned known_by; /* task + 1; 0: nobody */
};

struct way {
    unsigned lock, key;
    struct pubs pubs;
};

/* What a task learned by anything but nested locks, and what by these. */
struct knowledge {
    struct stamp must;
    struct way way[MUST_WAYS];
    unsigned n;
};

struct model_nesting {
    unsigned task, lock, at;
    bool reads;
    unsigned writes_held, reads_held; /* bits */
    struct knowledge knew;
};

struct model {
    unsigned writes[TASKS], reads[TASKS];
    struct stamp all_of[TASKS]; /* by whatever */
    struct knowledge knows[TASKS];
    struct pubs left[KEYS]; /* locks, their readers, posts */
    unsigned at[TASKS];
    bool nested[LOCKS];
    struct model_nesting all[STEPS];
    unsigned n;
    bool pair, circle;
};

static void join(struct stamp *a, const struct stamp *b) {
    for (unsigned i = 0; i < TASKS; i++) {
        a->of[i] = a->of[i] > b->of[i] ? a->of[i] : b->of[i];
    }
}

static void learn(struct knowledge *k, const struct pubs *pubs) {
    for (unsigned i = 0; i < TASKS; i++) {
        join(&k->must, &pubs->by[i]);
    }
}

static void remove_way(struct knowledge *k, unsigned at) {
    k->n--;
    for (; at < k->n; at++) {
        k->way[at] = k->way[at + 1];
    }
}

static void add_way(struct knowledge *k, unsigned lock, unsigned key, const struct pubs *pubs) {
    unsigned i = 0;
    while (i < k->n && k->way[i].key != key) {
        i++;
    }
    if (i < k->n) {
        remove_way(k, i);
    } else if (k->n == MUST_WAYS) {
        learn(k, &k->way[0].pubs);
        remove_way(k, 0);
    }
    k->way[k->n++] = (struct way){.lock = lock, .key = key, .pubs = *pubs};
}

/* by_way: as of the lock, and not as a must. */
static void model_learn(struct model *m, unsigned task, unsigned key, unsigned lock, bool by_way) {
    struct pubs *pubs = &m->left[key];
    static const struct stamp none;
    bool any = false;
    for (unsigned i = 0; i < TASKS; i++) {
        any |= memcmp(&pubs->by[i], &none, sizeof none) != 0;
        join(&m->all_of[task], &pubs->by[i]);
    }
    if (any && pubs->known_by != task + 1 && by_way) {
        add_way(&m->knows[task], lock, key, pubs);
    } else if (any && pubs->known_by != task + 1) {
        learn(&m->knows[task], pubs);
    }
    pubs->known_by = pubs->made ? task + 1 : 0;
}

static void publish(struct model *m, unsigned task, unsigned key) {
    struct pubs *to = &m->left[key];
    bool alone = to->known_by == task + 1;
    if (alone) {
        memset(to, 0, sizeof *to);
    }
    to->made = true;
    m->all_of[task].of[task] = m->at[task];
    to->by[task] = m->all_of[task];
    to->known_by = alone ? task + 1 : 0;
}

static bool knows_way(const struct model_nesting *a, const struct model_nesting *b,
                      unsigned cycle) {
    for (unsigned i = 0; i < b->knew.n; i++) {
        const struct way *way = &b->knew.way[i];
        for (unsigned k = 0; k < TASKS && (cycle >> way->lock & 1) == 0; k++) {
            if (way->pubs.by[k].of[a->task] >= a->at) {
                return true;
            }
        }
    }
    return false;
}

static bool are_ordered(const struct model_nesting *a, const struct model_nesting *b) {
    return b->knew.must.of[a->task] >= a->at || a->knew.must.of[b->task] >= b->at;
}

static bool go_together(const struct model_nesting *a, const struct model_nesting *b) {
    unsigned gates =
        (a->writes_held & (b->writes_held | b->reads_held)) | (b->writes_held & a->reads_held);
    return a->task != b->task && gates == 0 && !are_ordered(a, b);
}

static bool waits_for(const struct model_nesting *a, const struct model_nesting *b) {
    unsigned held = b->writes_held | (a->reads ? 0 : b->reads_held);
    return (held >> a->lock & 1) != 0;
}

static bool knows(const struct model_nesting *b, const struct model_nesting *a) {
    return b->knew.must.of[a->task] >= a->at || knows_way(a, b, 0);
}

/* Whether b's task had `held` and a's lock at once, with one that it also has at b, when a was over. */
static bool had_turned(const struct model *m, const struct model_nesting *a, unsigned held,
                       const struct model_nesting *b, unsigned cycle) {
    unsigned two = 1u << a->lock | 1u << held, with_b = b->writes_held | b->reads_held;
    for (unsigned i = 0; i < m->n; i++) {
        const struct model_nesting *both = &m->all[i];
        unsigned had = both->writes_held | both->reads_held;
        if (both->task == b->task && both->at < b->at && (two >> both->lock & 1) != 0 &&
            ((had | 1u << both->lock) & two) == two && (had & with_b & ~cycle) != 0 &&
            knows(both, a)) {
            return true;
        }
    }
    return false;
}

static bool have_ways(const struct model *m, const struct model_nesting **path, unsigned n) {
    unsigned cycle = 0;
    bool any = false;
    for (unsigned i = 0; i < n; i++) {
        cycle |= 1u << path[i]->lock;
    }
    for (unsigned i = 0; i < n * n; i++) {
        const struct model_nesting *a = path[i / n], *b = path[i % n];
        unsigned held = path[(i / n + n - 1) % n]->lock; /* by a */
        any |= a != b && (knows_way(a, b, cycle) || had_turned(m, a, held, b, cycle));
    }
    return any;
}

static bool closes(const struct model *m, const struct model_nesting **path, unsigned n) {
    if (n >= 2 && waits_for(path[n - 1], path[0]) && !have_ways(m, path, n)) {
        return true;
    }
    for (unsigned i = 0; i < m->n && n < TASKS; i++) {
        bool fits = waits_for(path[n - 1], &m->all[i]);
        for (unsigned j = 0; j < n; j++) {
            fits = fits && go_together(path[j], &m->all[i]);
        }
        path[n] = &m->all[i];
        if (fits && closes(m, path, n + 1)) {
            return true;
        }
    }
    return false;
}

/* new has come. */
static void model_look(struct model *m, const struct model_nesting *new) {
    for (unsigned i = 0; i + 1 < m->n; i++) {
        const struct model_nesting *both[] = {new, &m->all[i]};
        m->pair |= go_together(new, both[1]) && waits_for(new, both[1]) &&
                   waits_for(both[1], new) && !have_ways(m, both, 2);
    }
    const struct model_nesting *path[TASKS + 1] = {new};
    m->circle |= closes(m, path, 1);
}

static void model_take(struct model *m, unsigned task, unsigned lock, uint32_t mode) {
    bool reads = (mode & EV_LOCK_READ) != 0;
    if (!reads) {
        model_learn(m, task, LOCKS + lock, lock, true);
    }
    m->left[lock].made |= !reads;
    model_learn(m, task, lock, lock, reads || m->nested[lock]);
    unsigned held = m->writes[task] | m->reads[task];
    if (held != 0 && (mode & EV_LOCK_TRY) == 0) {
        struct model_nesting *new = &m->all[m->n++];
        *new = (struct model_nesting){.task = task,
                                      .lock = lock,
                                      .at = ++m->at[task],
                                      .reads = reads,
                                      .writes_held = m->writes[task],
                                      .reads_held = m->reads[task],
                                      .knew = m->knows[task]};
        for (unsigned i = 0; i < LOCKS; i++) {
            m->nested[i] |= i == lock || (held >> i & 1) != 0;
        }
        model_look(m, new);
    }
    *(reads ? &m->reads[task] : &m->writes[task]) |= 1u << lock;
}

static void model_leave(struct model *m, unsigned task, unsigned lock) {
    publish(m, task, (m->reads[task] >> lock & 1) != 0 ? LOCKS + lock : lock);
    m->writes[task] &= ~(1u << lock);
    m->reads[task] &= ~(1u << lock);
}

static bool is_free(const struct model *m, unsigned task, unsigned lock, bool reads) {
    for (unsigned i = 0; i < TASKS; i++) {
        unsigned held = m->writes[i] | (reads && i != task ? 0 : m->reads[i]);
        if ((held >> lock & 1) != 0) {
            return false;
        }
    }
    return true;
}

static unsigned next_random(uint64_t *seed, unsigned n) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((*seed >> 33) % n);
}

static void step(struct model *m, struct det_task **t, uint64_t *seed) {
    unsigned task = next_random(seed, TASKS), lock = next_random(seed, LOCKS);
    unsigned deed = next_random(seed, 12);
    uint32_t mode = (next_random(seed, 3) == 0 ? EV_LOCK_READ : EV_LOCK_WRITE) |
                    (next_random(seed, 5) == 0 ? EV_LOCK_TRY : 0);
    if (deed == 0) {
        det_release_merge(t[task], POST(lock % POSTS));
        publish(m, task, 2 * LOCKS + lock % POSTS);
    } else if (deed == 1) {
        det_acquire(t[task], POST(lock % POSTS));
        model_learn(m, task, 2 * LOCKS + lock % POSTS, 0, false);
    } else if (((m->writes[task] | m->reads[task]) >> lock & 1) != 0) {
        leave(t[task], lock, (m->reads[task] >> lock & 1) != 0 ? EV_LOCK_READ : EV_LOCK_WRITE);
        model_leave(m, task, lock);
    } else if (is_free(m, task, lock, (mode & EV_LOCK_READ) != 0)) {
        take_at(t[task], lock, mode, 0x600000 + next_random(seed, 4));
        model_take(m, task, lock, mode);
    }
}

Test(lockorder, as_a_model_that_forgets_nothing) {
    unsigned missed = 0, circles = 0, pairs = 0;
    for (unsigned run = 0; run < 4000; run++) {
        uint64_t seed = run * 7919u + 1;
        struct model m = {.n = 0};
        struct det_task *main_task = fake_start(), *t[TASKS];
        for (unsigned i = 0; i < TASKS; i++) {
            t[i] = fake_go(main_task, i + 2);
        }
        for (unsigned i = 0; i < STEPS; i++) {
            step(&m, t, &seed);
            bool found = count_records(RECORD_LOCK_ORDER) != 0;
            cr_assert(!found || m.circle, "run %u, step %u: a false alarm", run, i);
            cr_assert(found || !m.pair, "run %u, step %u: a miss", run, i);
        }
        cr_assert_null(lockgraph_check());
        missed += m.circle && count_records(RECORD_LOCK_ORDER) == 0;
        circles += m.circle;
        pairs += m.pair;
        fake_end();
    }
    cr_assert(pairs > 400 && circles > pairs);
    cr_assert_eq(missed, 0, "%u circles of %u", missed, circles);
}
