/* html_ring.h - boxes, arrows, and circles of them, as SVG.
 *
 * Model    a node is a task, or what a task waits for; each has an edge to the next one, and the last one
 *          to the first. A circle goes down on the left and up on the right.
 */
#ifndef RADDLE_TOOLS_REPORT_HTML_RING_H
#define RADDLE_TOOLS_REPORT_HTML_RING_H

#include "instrument/tools/report/html_parts.h"

enum { RING_AT_MOST = 32 };
enum { /* in pixels */
       RING_LEFT = 6,
       RING_TOP = 6,
       NODE_WIDTH = 214,
       NODE_HEIGHT = 46,
       NODES_BETWEEN = 100, /* two that stand side by side */
};

struct node {
    bool is_task;
    const char *label, *name, *note; /* note: in front of the place, or alone; may be NULL */
    const json_t *stack;             /* the place; may be NULL */
    const char *part;                /* the card that tells more; NULL: none */
    size_t number;
    const char *edge; /* to the next one: what it says */
};

/* Valid when zeroed. */
struct ring {
    struct node nodes[RING_AT_MOST];
    size_t n;
    bool possible; /* it did not happen */
};

/* Adds a node, where there is room. */
void ring_add(struct ring *ring, const struct node *node);
int ring_height(const struct ring *ring);
void ring_draw(const struct html *page, const struct ring *ring);
/* "thread 2 waits for mutex `b`, held by thread 3 …" for who listens. */
void ring_say(const struct html *page, const struct ring *ring);

void node_draw(const struct html *page, const struct node *node, int x, int y);
/* Along a path of SVG to the tip at (x, y), from the left. */
void arrow_draw(const struct html *page, const char *path, int x, int y);
void arrow_label(const struct html *page, const char *label, int x, int y);

#endif
