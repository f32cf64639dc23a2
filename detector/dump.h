/* dump.h - what does every task do at this moment? */
#ifndef RADDLE_DETECTOR_DUMP_H
#define RADDLE_DETECTOR_DUMP_H

#include "detector/base.h"

/* Writes into the record under way each task that waits, and with `running` every other one: with the locks that it
 * holds and the onces that it runs. Those first; the rest by their like. While numbers keep their meaning. */
DET_HIDDEN void dump_tasks(bool running);

#endif
