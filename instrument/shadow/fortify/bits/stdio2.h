/* stdio2.h - glibc's header of that name: see string_fortified.h. gcc makes moves of formats that it knows. */
#pragma GCC system_header

#include "raddle_checked.h"

#define __builtin___sprintf_chk   raddle__sprintf_chk
#define __builtin___snprintf_chk  raddle__snprintf_chk
#define __builtin___vsprintf_chk  raddle__vsprintf_chk
#define __builtin___vsnprintf_chk raddle__vsnprintf_chk
#include_next <bits/stdio2.h>
#undef __builtin___sprintf_chk
#undef __builtin___snprintf_chk
#undef __builtin___vsprintf_chk
#undef __builtin___vsnprintf_chk
