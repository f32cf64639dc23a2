/* mapping.h - the findings file of this process: the one we were given, or a private one. */
#ifndef RADDLE_INSTRUMENT_MAPPING_H
#define RADDLE_INSTRUMENT_MAPPING_H

#include "instrument/front.h"

/* Maps the file named by RADDLE_FINDINGS (path), or makes one (NULL) in runtime_dir ($XDG_RUNTIME_
 * DIR, may be NULL) or in a private directory under /tmp. Fills front.findings, .findings_path and
 * .bare. A file that was given and cannot be used is one line and 125; but one of a gate that this
 * process cannot get at, not even by asking for it, gives false: the process is to run unobserved, as if
 * we were not there. Zone: COLD. */
HIDDEN bool mapping_open(const char *path, const char *runtime_dir);

/* Would a program that this process starts get at the findings file at path? Calls the system only;
 * any thread, and vfork's child. */
HIDDEN bool mapping_is_in_reach(const char *path);

/* Removes a private file. */
HIDDEN void mapping_remove(void);

#endif
