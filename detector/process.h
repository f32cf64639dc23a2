/* process.h - the process itself: its record, its modules, its counters, its end.
 *
 * Modules  Call paths are made of addresses, and an address is somebody else's when a library has
 *          gone and another has come. So the nodes of a library that goes are moved to addresses
 *          that no process has (its grave), and the findings file is told that the library now lies
 *          there; when the very same library comes back to the same place, so do they. Every
 *          address in a node thus belongs to one module, for ever, and libraries that take turns
 *          at one place cost nothing more each time.
 */
#ifndef RADDLE_DETECTOR_PROCESS_H
#define RADDLE_DETECTOR_PROCESS_H

#include "detector/arena.h"
#include "detector/detector.h"

#define PROCESS_STRANGER UINT32_MAX /* is no task of ours */

/* A module, where its nodes are now; kept for forked children, which describe themselves anew. */
struct process_module {
    struct raw_module raw;
    char *path;
    uintptr_t home;  /* raw.lo while it is loaded */
    uintptr_t grave; /* raw.lo while it is not; 0: never was */
    struct process_module *next;
};

struct process_state {
    struct raw_process *live; /* in the findings file, or `own` */
    struct raw_process own;   /* when there is no file, or it is full */
    bool described;           /* the modules of this process are in the file */
    bool judged;              /* a deadlock or panic was recorded, or finish has run */
    bool threads_wait;        /* finish has judged, but not yet the threads */
    uint32_t ending;          /* task that called exit, or main that has returned; 0: nobody has */
    struct spin lock;         /* of modules */
    struct process_module *modules;
    uintptr_t graves; /* bytes of address space given to graves */
};

/* Writes RECORD_PROCESS for det.pid and directs the counters there. */
DET_HIDDEN void process_begin(uint32_t ppid);
/* Writes the modules of a forked child, once; nothing in other processes. Before a finding. */
DET_HIDDEN void process_describe(void);
/* Whether pc lies in a loaded module that carries our hooks. */
DET_HIDDEN bool process_is_instrumented(uintptr_t pc);

#endif
