/* current.h - task_switch and task_current of the table: see event.h. */
#ifndef RADDLE_INSTRUMENT_CURRENT_H
#define RADDLE_INSTRUMENT_CURRENT_H

#include "detector/event.h"

__attribute__((visibility("hidden"))) void current_switch(struct det_task *t);
__attribute__((visibility("hidden"))) struct det_task *current_task(void);

#endif
