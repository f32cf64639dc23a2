/* files.h - the files a run needs: the detector, the findings file, and the outer run's. */
#ifndef RADDLE_TOOLS_GATE_FILES_H
#define RADDLE_TOOLS_GATE_FILES_H

#include <stdbool.h>

#include "instrument/tools/report/raw.h"

/* libraddle-detector.so: RADDLE_DETECTOR, else beside this program (build tree, then installed). A
 * new string. Does not return when there is none: 125. */
char *detector_path(void);

/* One of the programs of --self-check, likewise. */
char *canary_path(const char *name);

/* Where findings of this run go. */
struct findings_place {
    char *path;
    char *directory; /* made for it alone, goes with it; NULL: none */
};

/* Makes an empty findings file (0600, new) in `keep`, or where private files live when that is
 * NULL. Does not return on failure: 125. */
struct findings_place findings_create(const char *keep);
/* Removes what was made. */
void findings_remove(struct findings_place *place);

/* Appends a RECORD_CONDITION. False: there was no room, or the file is none. */
bool findings_add_condition(const char *path, const char *text);
/* Makes the file as short as what it holds. Only when nobody has it mapped any more: who touches what was cut off
 * dies of SIGBUS. */
void findings_shorten(const char *path);
/* Appends the records of `log` to the findings file of the run around this one; findings only when
 * with_findings, and never dropped ones. Returns false when they did not fit or the file is none. */
bool findings_hand_on(const struct raw_log *log, const char *outer, bool with_findings);

#endif
