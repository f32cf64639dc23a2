/* baseline.h - files of findings that are known, so that only new ones fail.
 *
 * A file of lines `ID [REASON | until YYYY-MM-DD REASON]`, with # for comments, made to be kept beside the
 * sources and to be read in a diff. A date needs a reason, and is believed through that day (UTC).
 *
 * Many runs may share a file, and a finding that did not show up this time is not mended for that:
 * a run only ever adds to it. Entries are taken out by baseline_rewrite, which is told of all runs.
 */
#ifndef RADDLE_TOOLS_REPORT_BASELINE_H
#define RADDLE_TOOLS_REPORT_BASELINE_H

#include "instrument/tools/report/model.h"

/* Adds the entries of `path` to the rules. may_lack: a file that is not there has none. Returns NULL,
 * or a new string that says what is wrong. */
char *baseline_read(struct rules *rules, const char *path, bool may_lack);

/* The files that were named, in their order: of a repository's parts, say. What one of them knows is known;
 * an update is of the last one, and adds nothing that another one has. Valid when zeroed; borrows. */
struct baselines {
    const char **files;
    size_t n, room;
};
void baselines_add(struct baselines *baselines, const char *path);
/* NULL: there is none. */
const char *baselines_last(const struct baselines *baselines);
/* Reads all of them, as baseline_read; update: the last one may lack. */
char *baselines_read(struct rules *rules, const struct baselines *baselines, bool update);

/* What an update did to the file. */
struct baseline_change {
    size_t added, removed;
};

/* Adds an entry for each finding of the model that fails, unless one stands there, and accepts these
 * findings. Those whose entry has expired stay. Returns NULL or what went wrong (new string). */
char *baseline_add(struct rules *rules, const char *path, struct model *model,
                   struct baseline_change *change);
/* The same, and takes out the entries that matched nothing, with the comments right above them. */
char *baseline_rewrite(struct rules *rules, const char *path, struct model *model,
                       struct baseline_change *change);

#endif
