/* text.c - string functions of libc, and what _FORTIFY_SOURCE makes of them: the ranges they must read and
 * write. Zone: HOT.
 */
#include "instrument/ranges.h"

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

/* -- copies: room is what a _chk variant is told; SIZE_MAX: unknown -- */

static inline void copies(char *to, const char *from, size_t room, uintptr_t pc) {
    if (is_watched(pc)) {
        size_t n = length_of(from) + 1;
        if (FITS(n, room)) {
            moves(to, from, n, pc);
        }
    }
}

/* All of n is written: what is left after the text, with zeros. */
static inline void copies_padded(char *to, const char *from, size_t n, size_t room, uintptr_t pc) {
    if (is_watched(pc) && FITS(n, room)) {
        reads(from, text_within(from, n), pc);
        writes(to, n, pc);
    }
}

static inline void appends(char *to, const char *from, size_t most, size_t room, uintptr_t pc) {
    if (is_watched(pc)) {
        size_t head = length_of(to), tail = text_within(from, most);
        size_t added = tail == 0 || from[tail - 1] != '\0' ? tail + 1 : tail;
        if (FITS(head + added, room)) {
            reads(to, head + 1, pc);
            reads(from, tail, pc);
            writes(to + head, added, pc);
        }
    }
}

INTERPOSE char *strcpy(char *to, const char *from) {
    copies(to, from, SIZE_MAX, CALLER_PC);
    return REAL_OF(strcpy)(to, from);
}

INTERPOSE char *__strcpy_chk(char *to, const char *from, size_t room);
char *__strcpy_chk(char *to, const char *from, size_t room) {
    copies(to, from, room, CALLER_PC);
    return REAL_OF(__strcpy_chk)(to, from, room);
}

INTERPOSE char *stpcpy(char *to, const char *from) {
    copies(to, from, SIZE_MAX, CALLER_PC);
    return REAL_OF(stpcpy)(to, from);
}

INTERPOSE char *__stpcpy_chk(char *to, const char *from, size_t room);
char *__stpcpy_chk(char *to, const char *from, size_t room) {
    copies(to, from, room, CALLER_PC);
    return REAL_OF(__stpcpy_chk)(to, from, room);
}

INTERPOSE char *strncpy(char *to, const char *from, size_t n) {
    copies_padded(to, from, n, SIZE_MAX, CALLER_PC);
    return REAL_OF(strncpy)(to, from, n);
}

INTERPOSE char *__strncpy_chk(char *to, const char *from, size_t n, size_t room);
char *__strncpy_chk(char *to, const char *from, size_t n, size_t room) {
    copies_padded(to, from, n, room, CALLER_PC);
    return REAL_OF(__strncpy_chk)(to, from, n, room);
}

INTERPOSE char *stpncpy(char *to, const char *from, size_t n) {
    copies_padded(to, from, n, SIZE_MAX, CALLER_PC);
    return REAL_OF(stpncpy)(to, from, n);
}

INTERPOSE char *__stpncpy_chk(char *to, const char *from, size_t n, size_t room);
char *__stpncpy_chk(char *to, const char *from, size_t n, size_t room) {
    copies_padded(to, from, n, room, CALLER_PC);
    return REAL_OF(__stpncpy_chk)(to, from, n, room);
}

INTERPOSE char *strcat(char *to, const char *from) {
    appends(to, from, SIZE_MAX, SIZE_MAX, CALLER_PC);
    return REAL_OF(strcat)(to, from);
}

INTERPOSE char *__strcat_chk(char *to, const char *from, size_t room);
char *__strcat_chk(char *to, const char *from, size_t room) {
    appends(to, from, SIZE_MAX, room, CALLER_PC);
    return REAL_OF(__strcat_chk)(to, from, room);
}

INTERPOSE char *strncat(char *to, const char *from, size_t most) {
    appends(to, from, most, SIZE_MAX, CALLER_PC);
    return REAL_OF(strncat)(to, from, most);
}

INTERPOSE char *__strncat_chk(char *to, const char *from, size_t most, size_t room);
char *__strncat_chk(char *to, const char *from, size_t most, size_t room) {
    appends(to, from, most, room, CALLER_PC);
    return REAL_OF(__strncat_chk)(to, from, most, room);
}

/* malloc tells of the block. */
INTERPOSE char *strdup(const char *from) {
    takes_text(from, CALLER_PC);
    char *copy = REAL_OF(strdup)(from);
    fills_text(copy, CALLER_PC);
    return copy;
}

INTERPOSE char *strndup(const char *from, size_t most) {
    if (is_watched(CALLER_PC)) {
        reads(from, text_within(from, most), CALLER_PC);
    }
    char *copy = REAL_OF(strndup)(from, most);
    fills_text(copy, CALLER_PC);
    return copy;
}

/* -- comparisons -- */

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

/* -- searches -- */

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

INTERPOSE char *strchrnul(const char *text, int c) {
    char *found = REAL_OF(strchrnul)(text, c);
    takes(text, (size_t)(found - text) + 1, CALLER_PC);
    return found;
}

INTERPOSE char *strcasestr(const char *text, const char *wanted) {
    char *found = REAL_OF(strcasestr)(text, wanted);
    if (is_watched(CALLER_PC)) {
        size_t n = length_of(wanted);
        reads(text, found != NULL ? (size_t)(found - text) + n : length_of(text) + 1, CALLER_PC);
        reads(wanted, n + 1, CALLER_PC);
    }
    return found;
}

/* -- pieces: what ends one is overwritten, and the place after it is kept -- */

INTERPOSE char *strsep(char **rest, const char *set) {
    char *piece = REAL_OF(strsep)(rest, set);
    if (is_watched(CALLER_PC)) {
        reads(rest, sizeof *rest, CALLER_PC);
        if (piece != NULL) {
            size_t n = length_of(piece) + 1;
            reads(piece, n, CALLER_PC);
            writes(piece + n - 1, *rest != NULL, CALLER_PC);
            writes(rest, sizeof *rest, CALLER_PC);
            reads_text(set, CALLER_PC);
        }
    }
    return piece;
}

/* from: where the search began; rest: where it stopped, which is after a separator that was overwritten, or
 * at the end of the text. */
static void pieced(const char *from, char *piece, char *rest, const char *set, uintptr_t pc) {
    bool cut = piece != NULL && piece + length_of(piece) + 1 == rest;
    reads(from, (size_t)(rest - from) + !cut, pc);
    reads_text(set, pc);
    writes(rest - 1, cut, pc);
}

static char *next_piece(char *text, const char *set, char **rest, uintptr_t pc) {
    const char *from = text != NULL ? text : *rest;
    char *piece = REAL_OF(strtok_r)(text, set, rest);
    if (is_watched(pc)) {
        reads(rest, text == NULL ? sizeof *rest : 0, pc);
        pieced(from, piece, *rest, set, pc);
        writes(rest, sizeof *rest, pc);
    }
    return piece;
}

INTERPOSE char *strtok_r(char *text, const char *set, char **rest) {
    return next_piece(text, set, rest, CALLER_PC);
}

INTERPOSE char *__strtok_r(char *text, const char *set, char **rest)
    __attribute__((alias("strtok_r")));

/* The place that all callers share is ours, so that it has an address, and a name in reports. */
static char *strtok_state;

INTERPOSE char *strtok(char *text, const char *set) {
    return next_piece(text, set, &strtok_state, CALLER_PC);
}
