/* libc.c - memory and string functions: what uninstrumented code does to the program's memory on
 * its behalf.
 *
 * Zone   HOT. A range is reported only for a caller in an instrumented module, so that what goes on
 *        between libraries, ordered by means that we do not see, raises no false alarm. Calls that
 *        the compiler or libc resolve inside themselves do not come here at all.
 * Early  Before real.c has found the real ones (the dynamic linker and IFUNC resolvers run then)
 *        REAL_OF looks them up; the way there uses none of these functions.
 */
#include "instrument/hook.h"
#include "instrument/modules.h"
#include "instrument/real.h"

#include <string.h>

/* What the functions here must be able to measure without calling each other. */
static size_t length_of(const char *text) {
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    return n;
}

static inline void reads(const void *from, size_t n, uintptr_t pc) {
    hook_range((uintptr_t)from, n, EV_READ, pc);
}

static inline void writes(const void *to, size_t n, uintptr_t pc) {
    hook_range((uintptr_t)to, n, EV_WRITE, pc);
}

static inline bool is_watched(uintptr_t pc) {
    return UNLIKELY(code_is_instrumented(pc));
}

static inline void moves(void *to, const void *from, size_t n, uintptr_t pc) {
    if (is_watched(pc)) {
        reads(from, n, pc);
        writes(to, n, pc);
    }
}

/* -- memory -- */

INTERPOSE void *memcpy(void *to, const void *from, size_t n) {
    moves(to, from, n, CALLER_PC);
    return REAL_OF(memcpy)(to, from, n);
}

INTERPOSE void *memmove(void *to, const void *from, size_t n) {
    moves(to, from, n, CALLER_PC);
    return REAL_OF(memmove)(to, from, n);
}

INTERPOSE void *memset(void *to, int byte, size_t n) {
    if (is_watched(CALLER_PC)) {
        writes(to, n, CALLER_PC);
    }
    return REAL_OF(memset)(to, byte, n);
}

INTERPOSE void *__memcpy_chk(void *to, const void *from, size_t n, size_t room);
void *__memcpy_chk(void *to, const void *from, size_t n, size_t room) {
    moves(to, from, n, CALLER_PC);
    return REAL_OF(__memcpy_chk)(to, from, n, room);
}

INTERPOSE void *__memmove_chk(void *to, const void *from, size_t n, size_t room);
void *__memmove_chk(void *to, const void *from, size_t n, size_t room) {
    moves(to, from, n, CALLER_PC);
    return REAL_OF(__memmove_chk)(to, from, n, room);
}

INTERPOSE void *__memset_chk(void *to, int byte, size_t n, size_t room);
void *__memset_chk(void *to, int byte, size_t n, size_t room) {
    if (is_watched(CALLER_PC)) {
        writes(to, n, CALLER_PC);
    }
    return REAL_OF(__memset_chk)(to, byte, n, room);
}

/* Up to and with the first byte that differs: what any implementation must read. */
INTERPOSE int memcmp(const void *a, const void *b, size_t n) {
    if (is_watched(CALLER_PC)) {
        const uint8_t *x = a, *y = b;
        size_t i = 0;
        while (i < n && x[i] == y[i]) {
            i++;
        }
        i += i < n;
        reads(a, i, CALLER_PC);
        reads(b, i, CALLER_PC);
    }
    return REAL_OF(memcmp)(a, b, n);
}

INTERPOSE void *memchr(const void *in, int byte, size_t n) {
    void *found = REAL_OF(memchr)(in, byte, n);
    if (is_watched(CALLER_PC)) {
        reads(in, found != NULL ? (size_t)((const char *)found - (const char *)in) + 1 : n,
              CALLER_PC);
    }
    return found;
}

/* -- strings -- */

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
