/* collect_check.c - does a collection leave everything that is referred to? For tests. */
#include "detector/collect.h"
#include "detector/state.h"

struct check {
    struct marks free; /* segments, by index */
    const char *wrong;
};

static void note(struct check *c, const char *wrong) {
    c->wrong = c->wrong ? c->wrong : wrong;
}

static void mark_run(struct check *c, uint32_t first, uint32_t n) {
    for (uint32_t i = first; i < first + n; i++) {
        if (marks_has(&c->free, i)) {
            note(c, "a segment is free twice");
        }
        marks_set(&c->free, i);
    }
}

/* task: whose they are; 0: nobody's. */
static void mark_runs(struct check *c, const struct segment_runs *runs, uint32_t task) {
    uint32_t n = 0;
    for (uint32_t at = runs->first; at && !c->wrong;) {
        const struct segment *run = segment_at(at << 1);
        if (run->at == 0 || run->at > segment_last() || at > segment_last() + 1 - run->at) {
            note(c, "a run of free segments that is none");
            return;
        }
        if (task && (uint32_t)segment_group(at << 1) != task) {
            note(c, "free segments of another's group");
        }
        mark_run(c, at, run->at);
        n += run->at;
        if (run->lockset == 0 && at != runs->last) {
            note(c, "a list of runs without its end");
        }
        at = run->lockset;
    }
    if (!c->wrong && n != runs->n) {
        note(c, "runs of free segments are miscounted");
    }
}

static void mark_free_segments(struct check *c) {
    mark_runs(c, &det.segments.whole, 0);
    mark_runs(c, &det.segments.rest, 0);
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *t = task_info(i)->live;
        if (t) {
            mark_runs(c, &t->segments.own, t->id);
            mark_run(c, t->segments.next, t->segments.left);
        }
    }
}

static void check_group(struct check *c, uint32_t number) {
    uint64_t group = segment_group(number);
    const struct segment *segment = segment_at(number);
    if (group != 0 && ((uint32_t)group != segment->task || group >> 32 < segment->at)) {
        note(c, "a group that says what is not true of a segment");
    }
}

static bool is_task(uint32_t number) {
    return number && number <= task_count() && task_info(number)->state != TASK_FREE;
}

static void check_number(struct check *c, uint32_t number) {
    uint32_t index = number >> 1;
    if (index == 0) {
        return;
    }
    if (index > segment_last() || marks_has(&c->free, index)) {
        note(c, "a segment that is referred to is free");
        return;
    }
    check_group(c, number);
    if (!is_task(segment_at(number)->task)) {
        note(c, "a segment of no task");
    } else if (segment_at(number)->at < task_info(segment_at(number)->task)->first_at) {
        note(c, "a segment of an earlier life");
    }
}

static void check_clock(struct check *c, const struct clock *clock) {
    const char *wrong = clock_check(clock);
    if (wrong) {
        note(c, wrong);
    }
    if (clock->pure && (!is_task(clock->own) || clock->at < task_info(clock->own)->first_at)) {
        note(c, "a pure clock of nobody");
    }
    for (uint32_t i = 0; clock->n_stamps != CLOCK_STAMPS_UNKNOWN && i < clock->n_stamps; i++) {
        uint32_t task = clock->stamp[i].task;
        if (!is_task(task) || clock->stamp[i].at < task_info(task)->first_at) {
            note(c, "a stamp of nobody");
        }
    }
}

static void check_tasks(struct check *c) {
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct task_info *info = task_info(i);
        const struct det_task *t = info->live;
        if (info->state == TASK_FREE) {
            continue;
        }
        if (info->parent && !is_task(info->parent)) {
            note(c, "a parent that is nobody");
        }
        if (t) {
            check_number(c, (uint32_t)t->hot.segment);
            check_number(c, t->aged_segment);
            check_clock(c, &t->clock);
            check_clock(c, &t->born);
            if (t->atomic) {
                check_clock(c, &t->atomic->fence_released);
                check_clock(c, &t->atomic->fence_pending);
            }
            check_clock(c, &t->must.clock);
            for (uint32_t k = 0; t->must.ways && k < t->must.ways->n; k++) {
                check_clock(c, &t->must.ways->way[k].clock);
            }
            if (t->id != i || t->clock.own != i || t->clock.at < info->first_at) {
                note(c, "a task that is another one");
            }
        }
    }
    for (uint32_t at = det.tasks.free_number; at && !c->wrong; at = task_info(at)->parent) {
        if (task_info(at)->state != TASK_FREE) {
            note(c, "a number is free and in use");
        }
    }
}

static void check_sync(struct check *c, const struct sync *x) {
    check_clock(c, &x->clock);
    if (must_of(x)) {
        check_clock(c, &must_of(x)->clock);
    }
    if ((x->known_by && !is_task(x->known_by)) || (x->head && !is_task(x->head))) {
        note(c, "an object known by nobody");
    }
    for (uint32_t i = 0; x->heads && i < x->heads->n; i++) {
        check_clock(c, &x->heads->part[i]);
        if (!is_task(x->heads->task[i])) {
            note(c, "a release sequence of nobody");
        }
    }
}

static void check_syncs(struct check *c) {
    const struct sync_table *table = det.syncs.table;
    for (uint32_t i = 0; table && i < 1u << table->bits; i++) {
        for (const struct sync *x = table->bucket[i]; x; x = x->next) {
            check_sync(c, x);
        }
    }
}

static void check_record(uint64_t rec, void *context) {
    check_number(context, record_segment(rec));
}

static bool check_page(const uint64_t *words, void *context) {
    bool any = false;
    for (size_t i = 0; i < SHADOW_PAGE_WORDS; i++) {
        any |= words[i] != 0;
        if (words[i] && !record_is_locked(words[i])) {
            check_number(context, record_segment(words[i]));
        }
    }
    return any;
}

const char *collect_check(void) {
    struct check c = {.wrong = NULL};
    if (!marks_make(&c.free, segment_last())) {
        return "no memory for the check";
    }
    mark_free_segments(&c);
    shadow_visit(check_page, &c);
    recset_visit(check_record, &c);
    check_tasks(&c);
    check_syncs(&c);
    marks_drop(&c.free);
    return c.wrong;
}
