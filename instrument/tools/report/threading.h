/* threading.h - can a program that nobody watched have run more than one thread? */
#ifndef RADDLE_TOOLS_REPORT_THREADING_H
#define RADDLE_TOOLS_REPORT_THREADING_H

#include <stdbool.h>

/* False: the file at path is a statically linked program with a symbol table, and nothing in it makes a thread. What
 * cannot be known counts as true. */
bool may_run_threads(const char *path);

#endif
