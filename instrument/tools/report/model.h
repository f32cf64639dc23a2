/* model.h - from raw findings to the JSON model that everything printed derives from.
 *
 * {"schema": "raddle-findings/1", "verdict", "summary", "findings": […], "limits": […],
 *  "processes": […], "conditions": […], "suppressed": [ids]}; raddle-findings-1.schema.json states it exactly. Findings
 * with the same id are one, with a count. A model is also what a user may edit, merge and feed back,
 * so readers of JSON check what they use.
 */
#ifndef RADDLE_TOOLS_REPORT_MODEL_H
#define RADDLE_TOOLS_REPORT_MODEL_H

#include <jansson.h>
#include <stdbool.h>

#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/raw.h"
#include "instrument/tools/report/suppress.h"

#define MODEL_SCHEMA "raddle-findings/1"

struct model_options {
    const char *strip_path_prefix;                            /* "": nothing */
    bool strict_leaks;                                        /* leaks=strict */
    bool portability;                                         /* portability=1 */
    const struct suppressions *suppressions;                  /* NULL: none */
    bool (*is_asked_for)(const char *kind, const void *with); /* NULL: every kind is */
    const void *with;
};

/* A model without anything in it. */
json_t *model_new(void);
/* What the log holds. New reference; verdict and summary are verdict.h's work. Records of findings
 * that are suppressed or not asked for are marked as dropped. */
json_t *model_from_raw(struct raw_log *log, struct modules *modules,
                       const struct model_options *options);
/* Moves everything of `from` into `into`; takes `from`. */
void model_merge(json_t *into, json_t *from);

/* Keeps the findings for which keep() says so. */
void model_filter(json_t *model, bool (*keep)(const json_t *finding, const void *with),
                  const void *with);

/* Reads a model that model_write wrote. Returns NULL and a new string in *error when it is none. */
json_t *model_read(const char *path, char **error);
/* Writes it, one finding per line; "-" is standard output. Returns NULL, or why not (new string).
 */
char *model_write(const json_t *model, const char *path);

#endif
