/* mapping.h - the findings file of this process: the one we were given, or a private one. */
#ifndef RADDLE_INSTRUMENT_MAPPING_H
#define RADDLE_INSTRUMENT_MAPPING_H

#include "instrument/front.h"

/* Maps the file named by RADDLE_FINDINGS (path), or makes one (NULL) in runtime_dir ($XDG_RUNTIME_
 * DIR, may be NULL) or in a private directory under /tmp. Fills front.findings, .findings_path and
 * .bare. A file that was given and cannot be used is one line and 125. Zone: COLD. */
HIDDEN void mapping_open(const char *path, const char *runtime_dir);

/* Removes a private file. */
HIDDEN void mapping_remove(void);

#endif
