/* identity.h - the name of a finding that stays the same across runs, machines and line drift.
 *
 * It is a hash of the kind, of function names (where tasks are made, take locks or wait in a deadlock the caller's, too)
 * and of the object's name: no address, pid, line, path or order of accesses goes into it, and array indices are
 * taken out. Two different findings may share it only when they are between the same functions on the same object;
 * the model shows such findings together.
 */
#ifndef RADDLE_TOOLS_REPORT_IDENTITY_H
#define RADDLE_TOOLS_REPORT_IDENTITY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* "R" and 12 hexadecimal digits, for a finding without its id. A new string. */
char *identity_of(const json_t *finding);

/* Is the word, of that length, of that form? */
bool identity_is(const char *word, size_t length);
#define IDENTITY_FORM "R and 12 hexadecimal digits, as reports show it"

#endif
