/* html_pictures.c - findings as lanes and rows. */
#include "instrument/tools/report/html_lanes.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/turns.h"

enum { LOCKS_SHOWN = 2, FAMILY_AT_MOST = 16 };

static void figure(const struct html *page, const struct lanes *lanes, const char *caption) {
    fputs("<figure class=\"picture\"><div class=\"scroll\">\n", page->out);
    lanes_draw(page, lanes);
    fprintf(page->out, "</div><figcaption>%s</figcaption></figure>\n", caption);
}

/* -- races: lanes -- */

struct race {
    const json_t *earlier, *later, *tasks, *family;
};

static const json_t *task_of(const struct race *race, json_int_t serial) {
    const json_t *task = task_with(race->tasks, serial);
    return task != NULL ? task : task_with(race->family, serial);
}

/* Who `serial` comes from, itself first, as far as the model tells. Returns how many. */
static size_t line_of(const struct race *race, json_int_t serial, json_int_t *line) {
    size_t n = 0;
    const json_t *task = task_of(race, serial);
    while (task != NULL && n < FAMILY_AT_MOST) {
        line[n++] = serial;
        json_int_t parent = field_number(task, "parent_serial");
        if (parent >= serial) {
            break; /* who starts is older: a model that somebody changed */
        }
        serial = parent;
        task = task_of(race, serial);
    }
    return n;
}

static size_t index_in(const json_int_t *line, size_t n, json_int_t serial) {
    size_t i = 0;
    while (i < n && line[i] != serial) {
        i++;
    }
    return i;
}

/* Lanes from the last that both come from down to each of them: the common one first, then those on
 * the way to the earlier access' task, then those to the later one's. Without a common one, or with too
 * many on the way, the two alone. */
static void add_lanes(struct lanes *lanes, const struct race *race) {
    json_int_t to_earlier[FAMILY_AT_MOST], to_later[FAMILY_AT_MOST], order[LANES_AT_MOST];
    json_int_t earlier = field_number(race->earlier, "task_serial");
    json_int_t later = field_number(race->later, "task_serial");
    size_t n = line_of(race, earlier, to_earlier), m = line_of(race, later, to_later), common = 0;
    while (common < n && index_in(to_later, m, to_earlier[common]) == m) {
        common++;
    }
    size_t in_later = common == n ? m : index_in(to_later, m, to_earlier[common]), count = 0;
    if (common < n && common + in_later + 1 <= LANES_AT_MOST) {
        for (size_t i = common + 1; i-- > 0;) {
            order[count++] = to_earlier[i];
        }
        for (size_t i = in_later; i-- > 0;) {
            order[count++] = to_later[i];
        }
    } else {
        order[count++] = earlier;
        order[count++] = later;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *task = task_of(race, order[i]);
        const char *label =
            field_text(order[i] == earlier ? race->earlier : race->later, "task_label");
        lanes_add(lanes, task, order[i], task != NULL ? field_text(task, "label") : label);
    }
}

/* The older of two that one task started was started before; who was started is older than whom it
 * starts. */
static void add_starts(struct lanes *lanes) {
    json_int_t done = 0;
    for (;;) {
        size_t next = LANES_AT_MOST;
        for (size_t i = 0; i < lanes->n; i++) {
            json_int_t serial = lanes->all[i].serial;
            if (serial > done && (next == LANES_AT_MOST || serial < lanes->all[next].serial)) {
                next = i;
            }
        }
        if (next == LANES_AT_MOST) {
            return;
        }
        struct lane *lane = &lanes->all[next];
        done = lane->serial;
        size_t parent = lanes_find(lanes, field_number(lane->task, "parent_serial"));
        if (parent != LANES_AT_MOST && parent != next && !field_is(lane->task, "kind", "main")) {
            struct lane_row *row = lanes_row(lanes, LANE_STARTS, parent);
            row->to = next;
            row->text = "starts";
            row->stack = json_object_get(lane->task, "created");
            lane->begins = lanes->n_rows;
        }
    }
}

/* -- races: rows -- */

/* The locks that were held, and the access: they are taken before it and not let go until then. */
static void add_access(struct lanes *lanes, size_t lane, const json_t *access, size_t number,
                       const char *what) {
    const json_t *locks = json_object_get(access, "locks");
    size_t n = json_array_size(locks), shown = n > LOCKS_SHOWN + 1 ? LOCKS_SHOWN : n;
    size_t access_row = lanes->n_rows + shown + (shown < n);
    for (size_t i = 0; i < shown; i++) {
        const json_t *lock = json_array_get(locks, i);
        struct lane_row *row = lanes_row(lanes, LANE_LOCKS, lane);
        row->until = access_row;
        row->text = field_is(lock, "mode", "read")   ? "locks to read"
                    : field_is(lock, "mode", "once") ? "runs"
                                                     : "locks";
        row->what = lock_label_short(lock);
        row->stack = json_object_get(lock, "taken");
    }
    if (shown < n) {
        lanes_row(lanes, LANE_NOTES, lane)->text = "and takes more locks";
    }
    struct lane_row *row = lanes_row(lanes, LANE_ACCESS, lane);
    const char *deed = field_text(access, "access");
    bool atomic = field_is_set(access, "atomic");
    row->text = strcmp(deed, "free") == 0    ? "frees"
                : strcmp(deed, "read") == 0  ? (atomic ? "reads atomically" : "reads")
                : strcmp(deed, "write") == 0 ? (atomic ? "writes atomically" : "writes")
                                             : deed;
    row->what = what != NULL ? what : row->bytes;
    snprintf(row->bytes, sizeof row->bytes, "%lld bytes", field_number(access, "size"));
    row->stack = json_object_get(access, "stack");
    row->part = "access";
    row->number = number;
}

/* What is missing between them, as `order` has it. */
static const char *missing(const json_t *order, bool over) {
    if (order == NULL) {
        return "nothing orders them";
    }
    if (field_is_set(order, "earlier_published")) {
        return "what it released since did not arrive";
    }
    return over ? "nothing received from it since" : "nothing released since";
}

static void add_rows(struct lanes *lanes, const struct race *race, const json_t *finding) {
    const json_t *order = json_object_get(finding, "order");
    size_t earlier = lanes_find(lanes, field_number(race->earlier, "task_serial"));
    size_t later = lanes_find(lanes, field_number(race->later, "task_serial"));
    bool over = field_is(lanes->all[earlier].task, "state", "finished");
    const char *name =
        json_string_value(json_object_get(json_object_get(finding, "object"), "name"));
    if (field_is_set(order, "later_learnt")) {
        struct lane_row *row = lanes_row(lanes, LANE_LEARNS, earlier);
        row->to = later;
        row->text = "last synchronisation";
    }
    add_access(lanes, earlier, race->earlier, 1, name);
    struct lane_row *row = lanes_row(lanes, LANE_NO_PATH, earlier);
    row->to = later;
    row->text = missing(order, over);
    if (over) {
        lanes_row(lanes, LANE_ENDS, earlier)->text = "is over";
        lanes->all[earlier].ends = lanes->n_rows;
    }
    if (field_is_set(order, "later_slept")) {
        lanes_row(lanes, LANE_NOTES, later)->text = "sleeps: that orders nothing";
    }
    add_access(lanes, later, race->later, 2, name);
}

void html_race_picture(const struct html *page, const json_t *finding) {
    const json_t *accesses = json_object_get(finding, "accesses");
    const struct race race = {
        .later = json_array_get(accesses, 0),
        .earlier = json_array_get(accesses, 1),
        .tasks = json_object_get(finding, "tasks"),
        .family = json_object_get(finding, "family"),
    };
    if (field_number(race.later, "task_serial") == field_number(race.earlier, "task_serial")) {
        return; /* of one task, or not known whose */
    }
    struct lanes lanes = {0};
    add_lanes(&lanes, &race);
    add_starts(&lanes);
    add_rows(&lanes, &race, finding);
    figure(page, &lanes,
           "Time runs downwards in each lane; only arrows order one lane against another. No arrow "
           "leads from <b>1</b> to <b>2</b>.");
}

/* -- leaks -- */

void html_leak_picture(const struct html *page, const json_t *finding) {
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    const json_t *wait = json_object_get(task, "wait");
    const char *parent = json_string_value(json_object_get(task, "parent"));
    if (task == NULL || parent == NULL) {
        return;
    }
    struct lanes lanes = {0};
    size_t starter = lanes_add(&lanes, NULL, field_number(task, "parent_serial"), parent);
    size_t lane = lanes_add(&lanes, task, field_number(task, "serial"), field_text(task, "label"));
    struct lane_row *row = lanes_row(&lanes, LANE_STARTS, starter);
    row->to = lane;
    row->text = "starts";
    row->stack = json_object_get(task, "created");
    lanes.all[lane].begins = lanes.n_rows;
    if (wait != NULL) {
        row = lanes_row(&lanes, LANE_WAITS, lane);
        row->text = library_wait_name(wait);
        row->stack = json_object_get(wait, "stack");
        row->part = "task";
        row->number = 1;
    } else if (field_is(task, "state", "finished")) {
        lanes_row(&lanes, LANE_ENDS, lane)->text = "is over";
        lanes.all[lane].ends = lanes.n_rows;
    }
    row = lanes_row(&lanes, LANE_EXIT, starter);
    bool of_test = strstr(field_text(finding, "class"), "its test") != NULL;
    row->text = of_test ? "its test ends" : "the process ends";
    figure(page, &lanes,
           wait != NULL ? "Time runs downwards. Dashed: a wait that had not ended by then."
                        : "Time runs downwards.");
}

/* -- lock orders -- */

/* The lane of who holds what the one of lane i waits for; i: he who writes a lock that is only read there. */
static size_t holder_after(const json_t *cycle, size_t i) {
    size_t next = (i + 1) % json_array_size(cycle);
    return json_object_get(json_array_get(cycle, next), "holds") != NULL ? next : i;
}

static void add_lock_row(struct lanes *lanes, enum lane_deed deed, const json_t *step, size_t lane,
                         const char *key, size_t to) {
    const json_t *lock = json_object_get(step, key);
    if (lock == NULL) {
        return;
    }
    bool reads = field_is(lock, "mode", "read"), waits = deed == LANE_WAITS;
    struct lane_row *row = lanes_row(lanes, deed, lane);
    row->text = waits ? (reads ? "waits to read" : "waits for") : reads ? "locks to read" : "locks";
    row->what = lock_label_short(lock);
    row->stack = json_object_get(lock, "taken");
    row->part = "step";
    row->number = lane + 1;
    row->to = to;
}

void html_order_picture(const struct html *page, const json_t *finding) {
    const json_t *cycle = json_object_get(finding, "cycle"),
                 *tasks = json_object_get(finding, "tasks");
    size_t i;
    json_t *step;
    struct lanes lanes = {0};
    if (json_array_size(cycle) > LANES_AT_MOST) {
        return;
    }
    json_array_foreach(cycle, i, step) {
        json_int_t serial = field_number(step, "task_serial");
        lanes_add(&lanes, task_with(tasks, serial), serial, field_text(step, "task_label"));
    }
    size_t *order = turns_of_locks(cycle);
    for (i = 0; i < json_array_size(cycle); i++) {
        add_lock_row(&lanes, LANE_LOCKS, json_array_get(cycle, order[i]), order[i], "holds",
                     order[i]);
    }
    free(order);
    json_array_foreach(cycle, i, step) {
        add_lock_row(&lanes, LANE_WAITS, step, i, "takes", holder_after(cycle, i));
    }
    figure(page, &lanes,
           "If it happens in this order, none of them goes on: arrows lead to who holds what is "
           "waited for. "
           "It did not happen in this run.");
}
