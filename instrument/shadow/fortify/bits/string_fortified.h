/* string_fortified.h - glibc's header of that name, for gcc with _FORTIFY_SOURCE, but each call stays one: gcc
 * opens __builtin___memcpy_chk and its like, where it knows the size, into moves that carry no hooks. The
 * checks are made as before, by the functions themselves.
 */
#pragma GCC system_header

#include "raddle_checked.h"

#define __builtin___memcpy_chk  raddle__memcpy_chk
#define __builtin___memmove_chk raddle__memmove_chk
#define __builtin___mempcpy_chk raddle__mempcpy_chk
#define __builtin___memset_chk  raddle__memset_chk
#define __builtin___strcpy_chk  raddle__strcpy_chk
#define __builtin___stpcpy_chk  raddle__stpcpy_chk
#define __builtin___strncpy_chk raddle__strncpy_chk
#define __builtin___stpncpy_chk raddle__stpncpy_chk
#define __builtin___strcat_chk  raddle__strcat_chk
#define __builtin___strncat_chk raddle__strncat_chk
#include_next <bits/string_fortified.h>
#undef __builtin___memcpy_chk
#undef __builtin___memmove_chk
#undef __builtin___mempcpy_chk
#undef __builtin___memset_chk
#undef __builtin___strcpy_chk
#undef __builtin___stpcpy_chk
#undef __builtin___strncpy_chk
#undef __builtin___stpncpy_chk
#undef __builtin___strcat_chk
#undef __builtin___strncat_chk
