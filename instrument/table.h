/* table.h - the event table that a runtime looks up: RADDLE_EVENTS_SYMBOL. */
#ifndef RADDLE_INSTRUMENT_TABLE_H
#define RADDLE_INSTRUMENT_TABLE_H

#include "detector/event.h"

/* Fills the exported table. Once, before anybody can look it up. */
__attribute__((visibility("hidden"))) void table_fill(const struct raddle_events *core);
/* Instead: this process is not observed, and its runtime must not take us for another version. */
__attribute__((visibility("hidden"))) void table_dormant(void);

#endif
