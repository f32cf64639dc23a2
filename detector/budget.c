/* budget.c - what is given up when memory=SIZE is used up? */
#include "detector/budget.h"

#include "detector/state.h"

#define LEAST_STEP   ((uint64_t)256 << 10) /* between two collections, however small the budget */
#define OLDEST       255u
#define KNOWN_UNSURE UINT32_MAX
#define KNOWN_LOOKS  ((uint64_t)1 << 22) /* into clocks, in one collection: 0.1 s */

static uint64_t eighths(uint64_t n) {
    return det.options.memory / 8 * n;
}

void budget_init(void) {
    det.budget.due = det.options.memory ? eighths(4) : UINT64_MAX;
}

uint64_t budget_used(void) {
    return det.shadow.touched_pages * BASE_PAGE + arena_bytes() - segment_absent_bytes();
}

void budget_grew_slow(void) {
    uint64_t used = budget_used();
    if (used < __atomic_load_n(&det.budget.due, __ATOMIC_RELAXED)) {
        return;
    }
    collect_want();
    if (det.collect.impossible && used > det.options.memory) {
        __atomic_store_n(&det.budget.due, UINT64_MAX, __ATOMIC_RELAXED);
        limit_raise(LIMIT_BUDGET_PASSED);
    }
}

void budget_stranger(void) {
    uint64_t n = __atomic_exchange_n(&det.budget.retired, 0, __ATOMIC_RELAXED);
    if (n) {
        limit_add(LIMIT_BUDGET, n);
    }
}

void budget_set_due(bool done) {
    if (!det.options.memory) {
        return;
    }
    uint64_t used = budget_used();
    uint64_t step = done && eighths(1) / 2 > LEAST_STEP ? eighths(1) / 2 : LEAST_STEP;
    uint64_t due = used + step > eighths(4) ? used + step : eighths(4);
    if (used > det.options.memory) {
        limit_raise(LIMIT_BUDGET_PASSED);
    }
    __atomic_store_n(&det.budget.due, due, __ATOMIC_RELAXED);
}

/* -- ages ----------------------------------------------------------------------------------- */

static bool make_room(uint32_t last) {
    struct budget_state *budget = &det.budget;
    if (last < budget->ages_room) {
        return true;
    }
    uint32_t room = last / 4 * 5 + BASE_PAGE;
    uint8_t *more = arena_alloc(room);
    if (!more) {
        return false;
    }
    copy_bytes(more, budget->ages, budget->aged);
    arena_free(budget->ages, budget->ages_room);
    budget->ages = more;
    budget->ages_room = room;
    return true;
}

static uint32_t age_of(uint32_t index) {
    return index < det.budget.aged ? det.budget.ages[index] : 0;
}

/* See budget.h, Segments. */
static void take_segment(struct det_task *t) {
    if (t->hot.segment) {
        t->aged_segment = (uint32_t)t->hot.segment;
        __atomic_store_n(&t->hot.segment, 0, __ATOMIC_RELAXED); /* its owner may be reading it */
    }
}

void budget_age(const struct marks *live) {
    if (!det.options.memory) {
        return;
    }
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *t = task_info(i)->live;
        if (t) {
            take_segment(t);
        }
    }
    if (!make_room(live->last)) {
        return; /* counted */
    }
    uint8_t *ages = det.budget.ages;
    for (uint32_t i = det.budget.aged; i <= live->last; i++) {
        ages[i] = 0;
    }
    det.budget.aged = live->last + 1;
    for (uint32_t i = 1; i <= live->last; i++) {
        ages[i] = !marks_has(live, i) ? 0 : ages[i] < OLDEST ? (uint8_t)(ages[i] + 1) : ages[i];
    }
}

/* -- what no live task can race with -------------------------------------------------------- */

/* known: by task number, the epoch up to which all live tasks know it, KNOWN_UNSURE until asked; an own one
 * is known to its task. */
struct past {
    uint32_t *known;
    uint64_t looks;
};

static uint32_t known_to_all(struct past *past, uint32_t number) {
    if (past->known[number] != KNOWN_UNSURE) {
        return past->known[number];
    }
    uint32_t least = past->looks > KNOWN_LOOKS ? 0 : KNOWN_UNSURE - 1;
    for (uint32_t i = 1; least && i <= task_count(); i++) {
        const struct det_task *t = task_info(i)->live;
        if (t && t->id != number) {
            uint32_t at = clock_get(&t->clock, number);
            least = at < least ? at : least;
            past->looks++;
        }
    }
    return past->known[number] = least;
}

static bool is_past(uint64_t rec, void *context) {
    const struct segment *segment = segment_at(record_segment(rec));
    return segment->at <= known_to_all(context, segment->task);
}

static bool is_needed(const uint64_t *words, void *context) {
    for (size_t i = 0; i < SHADOW_PAGE_WORDS; i++) {
        uint64_t word = words[i];
        bool past = word == 0 || record_is_locked(word) ||
                    (record_is_shared(word) ? recset_all(record_set(word), is_past, context)
                                            : is_past(word, context));
        if (!past) {
            return true;
        }
    }
    return false;
}

static uint64_t retire(void) {
    size_t bytes = ((size_t)task_count() + 1) * sizeof(uint32_t);
    struct past past = {.known = arena_alloc(bytes)};
    if (!past.known) {
        return 0;
    }
    for (uint32_t i = 0; i <= task_count(); i++) {
        past.known[i] = KNOWN_UNSURE;
    }
    uint64_t n = shadow_drop(is_needed, &past);
    arena_free(past.known, bytes);
    return n;
}

/* -- what is least likely to be missed ------------------------------------------------------ */

struct ages {
    uint64_t pages[OLDEST + 1];
    uint32_t from; /* of this age on all pages go, */
    uint64_t also; /* and of those one younger so many */
};

/* Of the record added last; a set that does not know it counts for nothing. */
static uint32_t age_of_page(const uint64_t *words) {
    uint32_t youngest = OLDEST;
    for (size_t i = 0; i < SHADOW_PAGE_WORDS; i++) {
        uint32_t index = record_segment(words[i]) >> 1;
        if (index && !record_is_locked(words[i])) {
            uint32_t age = age_of(index);
            youngest = age < youngest ? age : youngest;
        }
    }
    return youngest;
}

static bool count_age(const uint64_t *words, void *context) {
    ((struct ages *)context)->pages[age_of_page(words)]++;
    return true;
}

static bool is_young(const uint64_t *words, void *context) {
    struct ages *ages = context;
    uint32_t age = age_of_page(words);
    if (age + 1 == ages->from && ages->also) {
        ages->also--;
        return false;
    }
    return age < ages->from;
}

static uint64_t drop_oldest(uint64_t n) {
    struct ages ages; /* too large for an initializer: clang would call memset */
    zero_bytes(&ages, sizeof ages);
    ages.from = OLDEST + 1;
    shadow_visit(count_age, &ages);
    while (ages.from > 0 && ages.pages[ages.from - 1] <= n) {
        n -= ages.pages[--ages.from];
    }
    ages.also = n;
    return shadow_drop(is_young, &ages);
}

static uint64_t drop_some(void) {
    uint64_t half = det.shadow.touched_pages / 2;
    uint64_t need = (budget_used() - eighths(6)) / BASE_PAGE;
    uint64_t n = drop_oldest(need < half ? need : half);
    det.budget.dropped += n;
    if (n) {
        limit_add(LIMIT_BUDGET, n);
    }
    return n;
}

bool budget_relieve(void) {
    if (!det.options.memory || budget_used() < eighths(7)) {
        return false;
    }
    uint64_t n = retire();
    det.budget.retired += n;
    if (budget_used() >= eighths(7)) {
        n += drop_some();
    }
    return n != 0 && segment_bytes() > eighths(1) / 2;
}
