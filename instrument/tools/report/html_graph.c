/* html_graph.c - waits as SVG. */
#include "instrument/tools/report/html_graph.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/html_ring.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/lock_labels.h"

enum { TASKS_AT_MOST = 64, OUTSIDE_AT_MOST = 24, OUTSIDE_ROW = 58 };

/* -- waits -- */

struct waits {
    const json_t *tasks;
    size_t n;
    bool in_ring[TASKS_AT_MOST];
};

static const json_t *wait_of(const struct waits *waits, size_t i) {
    return json_object_get(json_array_get(waits->tasks, i), "wait");
}

static const json_t *first_object(const json_t *wait) {
    return json_array_get(json_object_get(wait, "objects"), 0);
}

static const json_t *holder_of(const json_t *wait) {
    return json_array_get(json_object_get(wait, "held_by"), 0);
}

/* Who bears that label; TASKS_AT_MOST: none of them. */
static size_t who_is(const struct waits *waits, const char *label) {
    for (size_t i = 0; label != NULL && i < waits->n; i++) {
        if (field_is(json_array_get(waits->tasks, i), "label", label)) {
            return i;
        }
    }
    return TASKS_AT_MOST;
}

/* Who would have to go on for `i` to go on; TASKS_AT_MOST: the model names none. *behind: that one only
 * stands before it. */
static size_t next_of(const struct waits *waits, size_t i, bool *behind) {
    const json_t *wait = wait_of(waits, i), *by = holder_of(wait);
    *behind = false;
    if (by != NULL) {
        size_t writer = who_is(waits, json_string_value(json_object_get(wait, "behind")));
        *behind = writer != TASKS_AT_MOST;
        return *behind ? writer : who_is(waits, json_string_value(json_object_get(by, "label")));
    }
    return who_is(waits, json_string_value(json_object_get(wait, "waker")));
}

/* Of something that has no name it is said where it was made, or at least where it is. */
static void name_object(struct node *node, const json_t *object) {
    bool named =
        json_object_get(object, "name") != NULL || json_object_get(object, "variable") != NULL;
    const json_t *created = json_object_get(object, "created");
    const char *address = json_string_value(json_object_get(object, "address"));
    node->label = named                                      ? field_text(object, "label")
                  : json_object_get(object, "short") != NULL ? lock_label_short(object)
                                                             : field_text(object, "kind");
    const json_t *allocated = json_object_get(object, "allocated");
    if (!named && json_array_size(created) != 0) {
        node->note = "made at";
        node->stack = created;
    } else if (!named && json_array_size(allocated) != 0) {
        node->note = "in heap block from";
        node->stack = allocated;
    } else if (!named) {
        node->note = address != NULL && strcmp(address, "0x0") == 0 ? "nil" : address;
    }
}

static struct node task_node(const struct waits *waits, size_t i) {
    const json_t *task = json_array_get(waits->tasks, i);
    return (struct node){
        .is_task = true,
        .label = field_text(task, "label"),
        .name = json_string_value(json_object_get(task, "name")),
        .note = "at",
        .stack = json_object_get(json_object_get(task, "wait"), "stack"),
        .part = "task",
        .number = i + 1,
        .edge = "waits for",
    };
}

static void add_to_ring(struct ring *ring, struct waits *waits, size_t i, bool behind) {
    const json_t *wait = wait_of(waits, i), *object = first_object(wait), *by = holder_of(wait);
    struct node task = task_node(waits, i), node = {.edge = by == NULL                 ? "ended by"
                                                            : field_is_set(by, "runs") ? "run by"
                                                                                       : "held by"};
    bool joins = by == NULL && field_is(object, "kind", "thread");
    task.edge = behind ? "waits behind" : joins ? "joins" : task.edge;
    waits->in_ring[i] = true;
    ring_add(ring, &task);
    if (behind || joins || object == NULL) {
        return;
    }
    name_object(&node, object);
    if (by != NULL) {
        node.note = "since";
        node.stack = json_object_get(by, "taken");
    }
    ring_add(ring, &node);
}

/* The first circle among them, if any. */
static void find_ring(struct waits *waits, struct ring *ring) {
    bool behind;
    for (size_t start = 0; start < waits->n; start++) {
        size_t at = start, length = 0;
        do {
            at = next_of(waits, at, &behind);
            length++;
        } while (at != TASKS_AT_MOST && at != start && length <= waits->n);
        if (at != start || length * 2 > RING_AT_MOST) {
            continue;
        }
        do {
            size_t next = next_of(waits, at, &behind);
            add_to_ring(ring, waits, at, behind);
            at = next;
        } while (at != start);
        return;
    }
}

/* -- those outside the circle -- */

static bool is_outside(const struct waits *waits, size_t i) {
    return wait_of(waits, i) != NULL && !waits->in_ring[i];
}

/* Do both wait for one thing? */
static bool same_object(const struct waits *waits, size_t i, size_t k) {
    const json_t *a = first_object(wait_of(waits, i)), *b = first_object(wait_of(waits, k));
    const char *address = json_string_value(json_object_get(a, "address"));
    return address != NULL && strcmp(address, "0x0") != 0 && field_is(b, "address", address);
}

/* What is known of who could end it. The note goes to `room`. */
static void note_waker(struct node *node, const json_t *wait, char *room, size_t bytes) {
    const json_t *by = holder_of(wait);
    if (by != NULL) {
        const char *gone = field_is_set(by, "ended")       ? ", ended"
                           : field_is_set(by, "in_parent") ? ", left in the parent"
                                                           : "";
        snprintf(room, bytes, "%s by %s%s", field_is_set(by, "runs") ? "run" : "held",
                 field_text(by, "label"), gone);
    } else if (json_object_get(wait, "cut_off") != NULL) {
        snprintf(room, bytes, "nobody who runs can reach it");
    } else if (json_object_get(wait, "waker") != NULL) {
        snprintf(room, bytes, "only %s could end it", field_text(wait, "waker"));
    } else {
        return;
    }
    node->note = room;
    node->stack = NULL;
}

static void draw_object(const struct html *page, const json_t *wait, int y) {
    char room[128];
    const json_t *object = first_object(wait), *waker = json_object_get(wait, "waker");
    struct node node = {.label = library_wait_name(wait)};
    if (waker != NULL && field_is(object, "kind", "thread")) {
        snprintf(room, sizeof room, "the end of %s", field_text(wait, "waker"));
        node.label = room;
    } else {
        if (object != NULL) {
            name_object(&node, object);
        }
        note_waker(&node, wait, room, sizeof room);
    }
    node_draw(page, &node, RING_LEFT + NODE_WIDTH + NODES_BETWEEN, y);
}

/* A task beside what it waits for, or an arrow to where that stands already. */
static void draw_outside(const struct html *page, const struct waits *waits, size_t i, int y,
                         int object_y) {
    const struct node task = task_node(waits, i);
    int from = RING_LEFT + NODE_WIDTH, to = from + NODES_BETWEEN, at = y + NODE_HEIGHT / 2;
    int end = object_y + NODE_HEIGHT / 2;
    bool first = y == object_y,
         more = json_array_size(json_object_get(wait_of(waits, i), "objects")) > 1;
    char path[96];
    snprintf(path, sizeof path, "M%d %dC%d %d %d %d %d %d", from, at, from + 50, at, to - 50, end,
             to - 6, end);
    arrow_draw(page, path, to, end);
    node_draw(page, &task, RING_LEFT, y);
    if (first) {
        arrow_label(page, more ? "waits, or" : "waits for", (from + to) / 2, at - 7);
        draw_object(page, wait_of(waits, i), y);
    }
}

/* Those who wait for one thing stand together. Returns the height. */
static int draw_all_outside(const struct html *page, const struct waits *waits, int top,
                            bool draw) {
    bool done[TASKS_AT_MOST] = {false};
    int y = top;
    size_t shown = 0;
    for (size_t i = 0; i < waits->n; i++) {
        if (done[i] || !is_outside(waits, i)) {
            continue;
        }
        int object_y = y;
        for (size_t k = i; k < waits->n && shown < OUTSIDE_AT_MOST; k++) {
            if (!done[k] && is_outside(waits, k) && (k == i || same_object(waits, i, k))) {
                if (draw) {
                    draw_outside(page, waits, k, y, object_y);
                }
                done[k] = true;
                shown++;
                y += OUTSIDE_ROW;
            }
        }
    }
    return y - top;
}

/* For who listens. */
static void say_outside(const struct html *page, const struct waits *waits, bool first) {
    for (size_t i = 0, said = 0; i < waits->n && said < OUTSIDE_AT_MOST; i++) {
        if (is_outside(waits, i)) {
            const json_t *wait = wait_of(waits, i), *object = first_object(wait);
            fputs(first && said == 0 ? "" : "; ", page->out);
            html_clipped(page->out, field_text(json_array_get(waits->tasks, i), "label"),
                         HTML_LONGEST_NAME);
            fputs(" waits for ", page->out);
            html_clipped(page->out,
                         object == NULL ? library_wait_name(wait) : field_text(object, "label"),
                         HTML_LONGEST_NAME);
            said++;
        }
    }
}

/* -- figures -- */

static void begin_svg(const struct html *page, int height) {
    int width = RING_LEFT + 2 * NODE_WIDTH + NODES_BETWEEN + RING_LEFT;
    fprintf(page->out,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"group\" aria-label=\"",
            width, height, width, height);
}

static size_t count_waiting(const json_t *tasks) {
    size_t i, n = 0;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        n += json_object_get(task, "wait") != NULL;
    }
    return n;
}

static size_t count_drawn(const struct waits *waits) {
    size_t inside = 0, outside = 0;
    for (size_t i = 0; i < waits->n; i++) {
        inside += waits->in_ring[i];
        outside += is_outside(waits, i);
    }
    return inside + (outside < OUTSIDE_AT_MOST ? outside : OUTSIDE_AT_MOST);
}

static void caption(const struct html *page, const struct ring *ring, size_t all, size_t drawn) {
    fputs("</svg>\n</div><figcaption>", page->out);
    if (ring->possible) {
        fputs("What could happen: each waits for the next, round in a circle.", page->out);
    } else if (ring->n != 0) {
        fputs("Each waits for the next, round in a circle: none can go on.", page->out);
    } else {
        fputs("Each task on the left waits for what stands beside it.", page->out);
    }
    if (drawn < all) {
        fprintf(page->out, " %zu more who wait are not drawn.", all - drawn);
    }
    fputs("</figcaption></figure>\n", page->out);
}

void html_wait_graph(const struct html *page, const json_t *finding) {
    struct waits waits = {.tasks = json_object_get(finding, "tasks")};
    struct ring ring = {.n = 0};
    size_t all = count_waiting(waits.tasks), n = json_array_size(waits.tasks);
    waits.n = n < TASKS_AT_MOST ? n : TASKS_AT_MOST;
    if (all == 0) {
        return;
    }
    find_ring(&waits, &ring);
    int top = RING_TOP + (ring.n == 0 ? 0 : ring_height(&ring) + OUTSIDE_ROW - NODE_HEIGHT + 12);
    int outside = draw_all_outside(page, &waits, top, false);
    int height = outside == 0 ? RING_TOP + ring_height(&ring) + RING_TOP
                              : top + outside - (OUTSIDE_ROW - NODE_HEIGHT) + RING_TOP;
    fputs("<figure class=\"picture\"><div class=\"scroll\">\n", page->out);
    begin_svg(page, height);
    fputs("Who waits for whom: ", page->out);
    ring_say(page, &ring);
    say_outside(page, &waits, ring.n == 0);
    fputs("\">\n", page->out);
    ring_draw(page, &ring);
    draw_all_outside(page, &waits, top, true);
    caption(page, &ring, all, count_drawn(&waits));
}

static void add_step(struct ring *ring, const json_t *cycle, size_t i) {
    size_t n = json_array_size(cycle);
    const json_t *step = json_array_get(cycle, i), *next = json_array_get(cycle, (i + 1) % n);
    const json_t *takes = json_object_get(step, "takes"), *held = json_object_get(next, "holds");
    ring_add(ring, &(struct node){
                       .is_task = true,
                       .label = field_text(step, "task_label"),
                       .note = "at",
                       .stack = json_object_get(takes, "taken"),
                       .part = "step",
                       .number = i + 1,
                       .edge = held == NULL ? "waits behind" : "waits for",
                   });
    if (held != NULL) {
        ring_add(ring, &(struct node){
                           .label = lock_label_short(takes),
                           .note = "since",
                           .stack = json_object_get(held, "taken"),
                           .edge = "held by",
                       });
    }
}

void html_order_graph(const struct html *page, const json_t *finding) {
    const json_t *cycle = json_object_get(finding, "cycle");
    struct ring ring = {.possible = true};
    size_t n = json_array_size(cycle);
    if (n < 2 || 2 * n > RING_AT_MOST) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        add_step(&ring, cycle, i);
    }
    fputs("<figure class=\"picture\"><div class=\"scroll\">\n", page->out);
    begin_svg(page, RING_TOP + ring_height(&ring) + RING_TOP);
    fputs("Who could wait for whom: ", page->out);
    ring_say(page, &ring);
    fputs("\">\n", page->out);
    ring_draw(page, &ring);
    caption(page, &ring, 0, 0);
}
