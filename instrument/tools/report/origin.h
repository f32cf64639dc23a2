/* origin.h - which one is it: the name of a lock or another object, or else where it was made or lies.
 *
 * The first of these that is known: the name that the program gave it; the variable that it is, or is in; the call that
 * made it; the call that allocated the memory around it; whose stack that is; its address.
 */
#ifndef RADDLE_TOOLS_REPORT_ORIGIN_H
#define RADDLE_TOOLS_REPORT_ORIGIN_H

#include "instrument/tools/report/pieces.h"

#define ORIGIN_RWLOCK "rwlock" /* as a wait, or misuse, says that it is POSIX's */

/* What stands at `address`, from its ITEM_OBJECT if the record has one (then it knows the address, and most often the
 * kind), else RAW_NO_OWNER. A new reference, as the model has objects. */
json_t *origin_object(const struct scene *scene, size_t item, uint64_t address, const char *kind);

/* The name of a variable as its program has it: "word" of "word._M_i", a member of the C++ library's, and of
 * ".gomp_critical_user_sum" "sum". A new string. */
char *origin_variable_name(const char *name);

/* Of an ITEM_LOCK: its label, name, address, and where it was made. A new reference. */
json_t *origin_lock(const struct scene *scene, size_t item);

#endif
