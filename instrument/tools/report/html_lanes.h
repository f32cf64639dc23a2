/* html_lanes.h - pictures of tasks as lanes, time downwards, and how they are made of a finding.
 *
 * Model    a lane is a task, a row a moment of one lane. Only arrows order rows of different lanes; a
 *          row stands below another one of its own lane when it comes after it.
 * Law      what is drawn is in the model: a task's start, the last it learnt, locks it held, that it
 *          was over. What the model does not know is not drawn.
 */
#ifndef RADDLE_TOOLS_REPORT_HTML_LANES_H
#define RADDLE_TOOLS_REPORT_HTML_LANES_H

#include "instrument/tools/report/html_parts.h"

enum lane_deed {
    LANE_STARTS,  /* `lane` starts the task of lane `to`, whose lane begins here */
    LANE_LEARNS,  /* what `to` learnt from `lane`, perhaps through others */
    LANE_LOCKS,   /* and holds the lock until row `until` */
    LANE_ACCESS,  /* one of the two of a race */
    LANE_NO_PATH, /* from `lane` to `to`, between their accesses: what is missing */
    LANE_NOTES,   /* something of no consequence for the order */
    LANE_WAITS,   /* for what `to` holds, if that is another one; and nothing comes after it */
    LANE_ENDS,    /* the task is over */
    LANE_EXIT,    /* the process is: all lanes end */
};

enum { LANES_AT_MOST = 6, LANE_ROWS_AT_MOST = 24 };

struct lane {
    const json_t *task;  /* NULL: only its label is known */
    const char *label;   /* borrowed */
    json_int_t serial;   /* of the task */
    size_t begins, ends; /* rows; 0: the top, and the bottom */
};

struct lane_row {
    enum lane_deed deed;
    size_t lane, to, until;
    const char *text;    /* what is done, "writes"; ours, or the model's */
    const char *what;    /* to what: a name, may be NULL */
    const json_t *stack; /* where; may be NULL */
    const char *part;    /* of the finding, with `number`: the card that tells more; may be NULL */
    size_t number;       /* of an access: the number that it bears, too */
    char bytes[32];      /* of an access to what has no name: room for `what` */
};

/* Valid when zeroed. */
struct lanes {
    struct lane all[LANES_AT_MOST];
    size_t n;
    struct lane_row rows[LANE_ROWS_AT_MOST];
    size_t n_rows;
};

/* Returns the lane; LANES_AT_MOST: there is no room. */
size_t lanes_add(struct lanes *lanes, const json_t *task, json_int_t serial, const char *label);
/* The lane of that task, or LANES_AT_MOST. */
size_t lanes_find(const struct lanes *lanes, json_int_t serial);
/* Adds a row below all others. Returns it, to be filled; rows without room are written over. */
struct lane_row *lanes_row(struct lanes *lanes, enum lane_deed deed, size_t lane);

/* The picture as SVG. */
void lanes_draw(const struct html *page, const struct lanes *lanes);

/* The pictures of a finding, <figure> and all; nothing when there is too little to draw. */
void html_race_picture(const struct html *page, const json_t *finding);
void html_leak_picture(const struct html *page, const json_t *finding);
/* What could happen: each takes its first lock, then each waits for its second. */
void html_order_picture(const struct html *page, const json_t *finding);

#endif
