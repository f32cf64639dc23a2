/* scan.h - what tasks there are, for a detector that has stopped everything (raddle_events.at_stop). */
#ifndef RDL__SCAN_H
#define RDL__SCAN_H

#include "runtime/emit.h"

void rdl__scan_parked(void (*see)(const struct ev_parked *task));

#endif
