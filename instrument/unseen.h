/* unseen.h - how does the gate learn of a program that cannot be observed? Whoever knows writes the record itself,
 * for the core has not started there. */
#ifndef RADDLE_INSTRUMENT_UNSEEN_H
#define RADDLE_INSTRUMENT_UNSEEN_H

#include "instrument/front.h"

/* Signs the findings file as a process in which the detector found no memory to start; it is to end. fd: of the file,
 * when no more than its first page is mapped; else -1. Needs front.pid and front.exe. Zone: COLD. */
HIDDEN void unseen_sign(struct findings_file *file, long fd);

/* Before a program is started: a record that stands for it, when no library can be preloaded into it; else NULL. By
 * its name, taken from directory as openat does; by a name that is looked for in $PATH; by its descriptor. Calls
 * the system only; any thread, and vfork's child. */
HIDDEN struct record_head *unseen_file(int directory, const char *path);
HIDDEN struct record_head *unseen_named(const char *name);
HIDDEN struct record_head *unseen_open(int fd);
/* It runs as pid; 0: it was not started after all. */
HIDDEN void unseen_started(struct record_head *program, int pid);

#endif
