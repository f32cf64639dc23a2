/* model.h - from raw findings to the JSON model that everything printed derives from.
 *
 * {"schema": "raddle-findings/1", "verdict", "summary", "findings": […], "limits": […],
 *  "processes": […], "conditions": […], "suppressed": [ids]}; raddle-findings-1.schema.json states it exactly. Findings
 * with the same id are one, with a count. A model is also what a user may edit, merge and feed back,
 * so it is checked when it is read (shape.h).
 *
 * In memory the findings stand in stores, everything else is one tree of JSON: the head.
 */
#ifndef RADDLE_TOOLS_REPORT_MODEL_H
#define RADDLE_TOOLS_REPORT_MODEL_H

#include <jansson.h>
#include <stdbool.h>

#include "instrument/tools/report/accept.h"
#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/raw.h"
#include "instrument/tools/report/store.h"

#define MODEL_SCHEMA "raddle-findings/1"

struct model_options {
    const char *strip_path_prefix; /* "": nothing */
    bool strict_leaks;             /* leaks=strict */
    bool portability;              /* portability=1 */
    struct rules *rules;           /* of suppressions and baselines; NULL: none */
    bool (*is_asked_for)(const char *kind, const void *with); /* NULL: every kind is */
    const void *with;
};

struct model {
    json_t *head; /* "schema", "verdict", "summary", "limits", "processes", "conditions", … */
    struct store findings;
    struct store accepted; /* findings that somebody has said need not fail, each with "accepted" */
    const char *older;     /* what it was compared with (--diff); NULL: nothing. Borrowed */
    bool
        examined; /* the conditions are the gate's own, which knew more than can be found out again */
};

/* A model without anything in it; free with model_free. */
struct model *model_new(void);
void model_free(struct model *model);
/* What the log holds. A new model; verdict and summary are verdict.h's work. Records of findings
 * that are accepted or not asked for are marked as dropped. */
struct model *model_from_raw(struct raw_log *log, struct modules *modules,
                             const struct model_options *options);
/* What the tasks of process `pid` did when it was asked last: a RECORD_DUMP. New reference; NULL: it was not. */
json_t *model_dump(struct raw_log *log, struct modules *modules,
                   const struct model_options *options, uint32_t pid);
/* Moves everything of `from` into `into`; takes `from`. */
void model_merge(struct model *into, struct model *from);

/* Sets the findings that a rule matches apart. */
void model_accept(struct model *model, struct rules *rules);

/* Reads a model that json_write wrote. Returns NULL and a new string in *error when it is none. */
struct model *model_read(const char *path, char **error);

#endif
