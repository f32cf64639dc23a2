/* unseen.h - how does the gate learn of a program that cannot be observed? Whoever knows writes the record itself,
 * for the core has not started there. */
#ifndef RADDLE_INSTRUMENT_UNSEEN_H
#define RADDLE_INSTRUMENT_UNSEEN_H

#include "instrument/front.h"

/* Signs the findings file as a process in which the detector found no memory to start; it is to end. fd: of the file,
 * when no more than its first page is mapped; else -1. Needs front.pid and front.exe. Zone: COLD. */
HIDDEN void unseen_sign(struct findings_file *file, long fd);

#endif
