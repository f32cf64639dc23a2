/* strings_fortified.h - glibc's header of that name: see string_fortified.h. */
#pragma GCC system_header

#include "raddle_checked.h"

#ifndef __builtin___memcpy_chk /* else string_fortified.h includes us, and says what is what */
#define RADDLE_STRINGS_ALONE
#define __builtin___memmove_chk raddle__memmove_chk
#define __builtin___memset_chk  raddle__memset_chk
#endif
#include_next <bits/strings_fortified.h>
#ifdef RADDLE_STRINGS_ALONE
#undef RADDLE_STRINGS_ALONE
#undef __builtin___memmove_chk
#undef __builtin___memset_chk
#endif
