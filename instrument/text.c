/* text.c - string functions of libc: the ranges they must read and write. Zone: HOT. */
#include "instrument/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

INTERPOSE size_t strlen(const char *text) {
    size_t n = REAL_OF(strlen)(text);
    if (is_watched(CALLER_PC)) {
        reads(text, n + 1, CALLER_PC);
    }
    return n;
}

INTERPOSE size_t strnlen(const char *text, size_t room) {
    size_t n = REAL_OF(strnlen)(text, room);
    if (is_watched(CALLER_PC)) {
        reads(text, n < room ? n + 1 : n, CALLER_PC);
    }
    return n;
}

INTERPOSE char *strcpy(char *to, const char *from) {
    if (is_watched(CALLER_PC)) {
        moves(to, from, length_of(from) + 1, CALLER_PC);
    }
    return REAL_OF(strcpy)(to, from);
}

INTERPOSE char *strncpy(char *to, const char *from, size_t n) {
    if (is_watched(CALLER_PC)) {
        size_t length = REAL_OF(strnlen)(from, n);
        reads(from, length < n ? length + 1 : n, CALLER_PC);
        writes(to, n, CALLER_PC);
    }
    return REAL_OF(strncpy)(to, from, n);
}

INTERPOSE char *strcat(char *to, const char *from) {
    if (is_watched(CALLER_PC)) {
        size_t head = length_of(to), tail = length_of(from) + 1;
        reads(to, head + 1, CALLER_PC);
        moves(to + head, from, tail, CALLER_PC);
    }
    return REAL_OF(strcat)(to, from);
}

/* Bytes that a comparison must read: up to and with the first that differs or ends both. */
static size_t compared(const char *a, const char *b, size_t most) {
    size_t n = 0;
    while (n < most && a[n] == b[n] && a[n] != '\0') {
        n++;
    }
    return n < most ? n + 1 : n;
}

INTERPOSE int strcmp(const char *a, const char *b) {
    if (is_watched(CALLER_PC)) {
        size_t n = compared(a, b, SIZE_MAX);
        reads(a, n, CALLER_PC);
        reads(b, n, CALLER_PC);
    }
    return REAL_OF(strcmp)(a, b);
}

INTERPOSE int strncmp(const char *a, const char *b, size_t most) {
    if (is_watched(CALLER_PC)) {
        size_t n = compared(a, b, most);
        reads(a, n, CALLER_PC);
        reads(b, n, CALLER_PC);
    }
    return REAL_OF(strncmp)(a, b, most);
}

INTERPOSE char *strchr(const char *text, int c) {
    char *found = REAL_OF(strchr)(text, c);
    if (is_watched(CALLER_PC)) {
        size_t n = found != NULL ? (size_t)(found - text) : length_of(text);
        reads(text, n + 1, CALLER_PC);
    }
    return found;
}

INTERPOSE char *strrchr(const char *text, int c) {
    if (is_watched(CALLER_PC)) {
        reads_text(text, CALLER_PC);
    }
    return REAL_OF(strrchr)(text, c);
}

/* Up to the end of what was found; all of it when nothing was. */
INTERPOSE char *strstr(const char *text, const char *wanted) {
    char *found = REAL_OF(strstr)(text, wanted);
    if (is_watched(CALLER_PC)) {
        size_t n = length_of(wanted);
        reads(text, found != NULL ? (size_t)(found - text) + n : length_of(text) + 1, CALLER_PC);
        reads(wanted, n + 1, CALLER_PC);
    }
    return found;
}

static void reads_until(const char *text, size_t n, const char *set, uintptr_t pc) {
    reads(text, n + 1, pc);
    reads_text(set, pc);
}

INTERPOSE size_t strspn(const char *text, const char *set) {
    size_t n = REAL_OF(strspn)(text, set);
    if (is_watched(CALLER_PC)) {
        reads_until(text, n, set, CALLER_PC);
    }
    return n;
}

INTERPOSE size_t strcspn(const char *text, const char *set) {
    size_t n = REAL_OF(strcspn)(text, set);
    if (is_watched(CALLER_PC)) {
        reads_until(text, n, set, CALLER_PC);
    }
    return n;
}

INTERPOSE char *strpbrk(const char *text, const char *set) {
    char *found = REAL_OF(strpbrk)(text, set);
    if (is_watched(CALLER_PC)) {
        reads_until(text, found != NULL ? (size_t)(found - text) : length_of(text), set, CALLER_PC);
    }
    return found;
}

INTERPOSE char *strdup(const char *from) {
    if (is_watched(CALLER_PC)) {
        reads_text(from, CALLER_PC);
    }
    return REAL_OF(strdup)(from);
}

INTERPOSE char *strndup(const char *from, size_t most) {
    if (is_watched(CALLER_PC)) {
        size_t n = REAL_OF(strnlen)(from, most);
        reads(from, n < most ? n + 1 : n, CALLER_PC);
    }
    return REAL_OF(strndup)(from, most);
}

INTERPOSE char *stpcpy(char *to, const char *from) {
    if (is_watched(CALLER_PC)) {
        moves(to, from, length_of(from) + 1, CALLER_PC);
    }
    return REAL_OF(stpcpy)(to, from);
}

INTERPOSE char *strncat(char *to, const char *from, size_t most) {
    if (is_watched(CALLER_PC)) {
        size_t head = length_of(to), n = REAL_OF(strnlen)(from, most);
        reads(to, head + 1, CALLER_PC);
        reads(from, n < most ? n + 1 : n, CALLER_PC);
        writes(to + head, n + 1, CALLER_PC);
    }
    return REAL_OF(strncat)(to, from, most);
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* As compared(), but letters without case; of other alphabets the bytes differ at most earlier. */
static size_t compared_caseless(const char *a, const char *b, size_t most) {
    size_t n = 0;
    while (n < most && lower(a[n]) == lower(b[n]) && a[n] != '\0') {
        n++;
    }
    return n < most ? n + 1 : n;
}

INTERPOSE int strcasecmp(const char *a, const char *b) {
    if (is_watched(CALLER_PC)) {
        size_t n = compared_caseless(a, b, SIZE_MAX);
        reads(a, n, CALLER_PC);
        reads(b, n, CALLER_PC);
    }
    return REAL_OF(strcasecmp)(a, b);
}

INTERPOSE int strncasecmp(const char *a, const char *b, size_t most) {
    if (is_watched(CALLER_PC)) {
        size_t n = compared_caseless(a, b, most);
        reads(a, n, CALLER_PC);
        reads(b, n, CALLER_PC);
    }
    return REAL_OF(strncasecmp)(a, b, most);
}

/* -- numbers: the digits, and the byte that ends them -- */

static void reads_number(const char *text, const char *end, char **to, uintptr_t pc) {
    if (is_watched(pc)) {
        reads(text, (size_t)(end - text) + 1, pc);
        if (to != NULL) {
            writes(to, sizeof *to, pc);
        }
    }
}

#define NUMBER(type, name)                                                                         \
    INTERPOSE type name(const char *text, char **to, int base) {                                   \
        char *end;                                                                                 \
        type value = REAL_OF(name)(text, &end, base);                                              \
        reads_number(text, end, to, CALLER_PC);                                                    \
        if (to != NULL) {                                                                          \
            *to = end;                                                                             \
        }                                                                                          \
        return value;                                                                              \
    }
// clang-format off
NUMBER(long, strtol)
NUMBER(long long, strtoll)
NUMBER(unsigned long, strtoul)
NUMBER(unsigned long long, strtoull)
// clang-format on

INTERPOSE double strtod(const char *text, char **to) {
    char *end;
    double value = REAL_OF(strtod)(text, &end);
    reads_number(text, end, to, CALLER_PC);
    if (to != NULL) {
        *to = end;
    }
    return value;
}

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
