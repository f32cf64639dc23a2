/* numbers.c - text that is read as a number: its digits, and the byte that ends them. In C the functions have names
 * of ours, for newer headers give the symbols of one kind to the names of the other. Zone: HOT. */
#include "instrument/ranges.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <wchar.h>

/* end: where the real one stopped, which is text itself when there is no number; NULL: a base that does not
 * exist, for which it looks at nothing. */
static void reads_number(const void *text, const void *end, size_t unit, void *to, uintptr_t pc) {
    if (end != NULL && is_watched(pc)) {
        reads(text, (size_t)((const char *)end - (const char *)text) + unit, pc);
        if (to != NULL) {
            writes(to, sizeof(void *), pc);
        }
    }
}

#define WHOLE_NUMBER(type, name, letter)                                                           \
    INTERPOSE type number_##name(const letter *, letter **, int) __asm__("" #name);                \
    type number_##name(const letter *text, letter **to, int base) {                                \
        letter *end = NULL;                                                                        \
        type value = REAL_OF(name)(text, &end, base);                                              \
        reads_number(text, end, sizeof *text, to, CALLER_PC);                                      \
        if (to != NULL && end != NULL) {                                                           \
            *to = end;                                                                             \
        }                                                                                          \
        return value;                                                                              \
    }
#define NUMBER(type, name, letter)                                                                 \
    INTERPOSE type name(const letter *text, letter **to) {                                         \
        letter *end = NULL;                                                                        \
        type value = REAL_OF(name)(text, &end);                                                    \
        reads_number(text, end, sizeof *text, to, CALLER_PC);                                      \
        if (to != NULL) {                                                                          \
            *to = end;                                                                             \
        }                                                                                          \
        return value;                                                                              \
    }
// clang-format off
WHOLE_NUMBER(long, strtol, char)
WHOLE_NUMBER(long long, strtoll, char)
WHOLE_NUMBER(unsigned long, strtoul, char)
WHOLE_NUMBER(unsigned long long, strtoull, char)
WHOLE_NUMBER(intmax_t, strtoimax, char)
WHOLE_NUMBER(uintmax_t, strtoumax, char)
WHOLE_NUMBER(long, wcstol, wchar_t)
WHOLE_NUMBER(long long, wcstoll, wchar_t)
WHOLE_NUMBER(unsigned long, wcstoul, wchar_t)
WHOLE_NUMBER(unsigned long long, wcstoull, wchar_t)
WHOLE_NUMBER(long, __isoc23_strtol, char)
WHOLE_NUMBER(long long, __isoc23_strtoll, char)
WHOLE_NUMBER(unsigned long, __isoc23_strtoul, char)
WHOLE_NUMBER(unsigned long long, __isoc23_strtoull, char)
WHOLE_NUMBER(intmax_t, __isoc23_strtoimax, char)
WHOLE_NUMBER(uintmax_t, __isoc23_strtoumax, char)
WHOLE_NUMBER(long, __isoc23_wcstol, wchar_t)
WHOLE_NUMBER(long long, __isoc23_wcstoll, wchar_t)
WHOLE_NUMBER(unsigned long, __isoc23_wcstoul, wchar_t)
WHOLE_NUMBER(unsigned long long, __isoc23_wcstoull, wchar_t)
NUMBER(double, strtod, char)
NUMBER(float, strtof, char)
NUMBER(long double, strtold, char)
NUMBER(double, wcstod, wchar_t)
// clang-format on

/* -- the short forms -- */

static void reads_digits(const char *text, uintptr_t pc) {
    if (is_watched(pc)) {
        char *end;
        int before = errno;
        REAL_OF(strtol)(text, &end, 10);
        errno = before;
        reads(text, (size_t)(end - text) + 1, pc);
    }
}

INTERPOSE int atoi(const char *text) {
    reads_digits(text, CALLER_PC);
    return (int)REAL_OF(strtol)(text, NULL, 10);
}

INTERPOSE long atol(const char *text) {
    reads_digits(text, CALLER_PC);
    return REAL_OF(strtol)(text, NULL, 10);
}

INTERPOSE long long atoll(const char *text) {
    reads_digits(text, CALLER_PC);
    return REAL_OF(strtoll)(text, NULL, 10);
}

INTERPOSE double atof(const char *text) {
    char *end;
    double value = REAL_OF(strtod)(text, &end);
    takes(text, (size_t)(end - text) + 1, CALLER_PC);
    return value;
}
