/* processes.h - who ran, and what did each process have loaded at which address?
 *
 * One entry per RECORD_PROCESS, in the order of the log: a process that replaced itself by exec has
 * two, with the same pid. A record belongs to the last entry of its pid before it. A forked child
 * inherits what its parent had loaded.
 */
#ifndef RADDLE_TOOLS_REPORT_PROCESSES_H
#define RADDLE_TOOLS_REPORT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/raw.h"

struct loaded_module {
    size_t record; /* index in the log: loaded from here on */
    struct raw_module raw;
    struct module *module; /* NULL: what was there is gone */
};

struct process {
    size_t record; /* index in the log of its RECORD_PROCESS */
    struct raw_process raw;
    char *exe; /* absolute path; "?" when not recorded */
    char **arguments;
    size_t n_arguments;
    struct loaded_module *loaded;
    size_t n_loaded, room;
    bool needless; /* stands for one that signs by itself, or was not started */
    bool replaced; /* its exec brought up a program that could not be observed */
};

struct processes {
    struct process *all;
    size_t n, room;
    uint64_t run; /* by which pids of runs elsewhere, or at another time, are told apart */
};

void processes_read(struct processes *processes, const struct raw_log *log,
                    struct modules *modules);
void processes_free(struct processes *processes);

/* The process that made record `record` of the log; NULL when it left no record of itself. */
const struct process *process_of(const struct processes *processes, const struct raw_log *log,
                                 size_t record);
/* What the pid ran before an exec made it this, else its parent; NULL: not known. */
const struct process *process_before(const struct processes *processes,
                                     const struct process *process);
/* What covered `address` in it when it made record `record`; NULL: nothing known. */
const struct loaded_module *process_module_at(const struct processes *processes,
                                              const struct process *process, size_t record,
                                              uint64_t address);

/* Did it run more than one task? */
bool process_is_concurrent(const struct process *process);
/* How many different processes (pids) there were, and their tasks. */
size_t processes_count(const struct processes *processes);
uint64_t processes_tasks(const struct processes *processes);

#endif
