/* process.h - the process itself: its record, its modules, its counters, its end. */
#ifndef RADDLE_DETECTOR_PROCESS_H
#define RADDLE_DETECTOR_PROCESS_H

#include "detector/arena.h"
#include "detector/detector.h"

/* A module as it was loaded; kept for forked children, which describe themselves anew. */
struct process_module {
    struct raw_module raw;
    char *path;
    struct process_module *next;
};

struct process_state {
    struct raw_process *live; /* in the findings file, or `own` */
    struct raw_process own;   /* when there is no file, or it is full */
    bool described;           /* the modules of this process are in the file */
    bool judged;              /* a deadlock or panic was recorded, or finish has run */
    struct spin lock;         /* of modules */
    struct process_module *modules;
};

/* Writes RECORD_PROCESS for det.pid and directs the counters there. */
DET_HIDDEN void process_begin(uint32_t ppid);
/* Writes the modules of a forked child, once; nothing in other processes. Before a finding. */
DET_HIDDEN void process_describe(void);

#endif
