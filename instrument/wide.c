/* wide.c - wide text and conversions between alphabets: as libc.c and text.c have it of bytes, counted in
 * wide letters. Zone: HOT.
 */
#include "instrument/ranges.h"

#include <iconv.h>
#include <stdlib.h>
#include <wchar.h>

#define WIDE(n) ((n) * sizeof(wchar_t))

/* -- blocks -- */

#define MOVES_WIDE(name)                                                                           \
    INTERPOSE wchar_t *name(wchar_t *to, const wchar_t *from, size_t n) {                          \
        moves(to, from, WIDE(n), CALLER_PC);                                                       \
        return REAL_OF(name)(to, from, n);                                                         \
    }
#define MOVES_WIDE_CHECKED(name)                                                                   \
    INTERPOSE wchar_t *name(wchar_t *to, const wchar_t *from, size_t n, size_t room);              \
    wchar_t *name(wchar_t *to, const wchar_t *from, size_t n, size_t room) {                       \
        if (FITS(n, room)) {                                                                       \
            moves(to, from, WIDE(n), CALLER_PC);                                                   \
        }                                                                                          \
        return REAL_OF(name)(to, from, n, room);                                                   \
    }
// clang-format off
MOVES_WIDE(wmemcpy)
MOVES_WIDE(wmemmove)
MOVES_WIDE(wmempcpy)
MOVES_WIDE_CHECKED(__wmemcpy_chk)
MOVES_WIDE_CHECKED(__wmemmove_chk)
MOVES_WIDE_CHECKED(__wmempcpy_chk)
// clang-format on

INTERPOSE wchar_t *wmemset(wchar_t *to, wchar_t letter, size_t n) {
    fills(to, WIDE(n), CALLER_PC);
    return REAL_OF(wmemset)(to, letter, n);
}

INTERPOSE wchar_t *__wmemset_chk(wchar_t *to, wchar_t letter, size_t n, size_t room);
wchar_t *__wmemset_chk(wchar_t *to, wchar_t letter, size_t n, size_t room) {
    if (FITS(n, room)) {
        fills(to, WIDE(n), CALLER_PC);
    }
    return REAL_OF(__wmemset_chk)(to, letter, n, room);
}

/* Letters that a comparison must read; ends: an end in both ends it. */
static void compares(const wchar_t *a, const wchar_t *b, size_t most, bool ends, uintptr_t pc) {
    if (is_watched(pc)) {
        size_t n = 0;
        while (n < most && a[n] == b[n] && !(ends && a[n] == 0)) {
            n++;
        }
        n += n < most;
        reads(a, WIDE(n), pc);
        reads(b, WIDE(n), pc);
    }
}

INTERPOSE int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n) {
    compares(a, b, n, false, CALLER_PC);
    return REAL_OF(wmemcmp)(a, b, n);
}

INTERPOSE wchar_t *wmemchr(const wchar_t *in, wchar_t letter, size_t n) {
    wchar_t *found = REAL_OF(wmemchr)(in, letter, n);
    takes(in, WIDE(found != NULL ? (size_t)(found - in) + 1 : n), CALLER_PC);
    return found;
}

/* -- texts -- */

static size_t wide_within(const wchar_t *text, size_t most) {
    size_t n = 0;
    while (n < most && text[n] != 0) {
        n++;
    }
    return n < most ? n + 1 : n;
}

/* room, here and below: SIZE_MAX, or what a _chk variant is told. */
static void copies(wchar_t *to, const wchar_t *from, size_t room, uintptr_t pc) {
    if (is_watched(pc)) {
        size_t n = wide_length(from) + 1;
        if (FITS(n, room)) {
            moves(to, from, WIDE(n), pc);
        }
    }
}

static void copies_padded(wchar_t *to, const wchar_t *from, size_t n, size_t room, uintptr_t pc) {
    if (is_watched(pc) && FITS(n, room)) {
        reads(from, WIDE(wide_within(from, n)), pc);
        writes(to, WIDE(n), pc);
    }
}

static void appends(wchar_t *to, const wchar_t *from, size_t most, size_t room, uintptr_t pc) {
    if (is_watched(pc)) {
        size_t head = wide_length(to), tail = wide_within(from, most);
        size_t added = tail == 0 || from[tail - 1] != 0 ? tail + 1 : tail;
        if (FITS(head + added, room)) {
            reads(to, WIDE(head + 1), pc);
            reads(from, WIDE(tail), pc);
            writes(to + head, WIDE(added), pc);
        }
    }
}

#define COPIES_WIDE(name)                                                                          \
    INTERPOSE wchar_t *name(wchar_t *to, const wchar_t *from) {                                    \
        copies(to, from, SIZE_MAX, CALLER_PC);                                                     \
        return REAL_OF(name)(to, from);                                                            \
    }
#define COPIES_WIDE_CHECKED(name)                                                                  \
    INTERPOSE wchar_t *name(wchar_t *to, const wchar_t *from, size_t room);                        \
    wchar_t *name(wchar_t *to, const wchar_t *from, size_t room) {                                 \
        copies(to, from, room, CALLER_PC);                                                         \
        return REAL_OF(name)(to, from, room);                                                      \
    }
#define COPIES_WIDE_PADDED(name)                                                                   \
    INTERPOSE wchar_t *name(wchar_t *to, const wchar_t *from, size_t n) {                          \
        copies_padded(to, from, n, SIZE_MAX, CALLER_PC);                                           \
        return REAL_OF(name)(to, from, n);                                                         \
    }
#define COPIES_WIDE_PADDED_CHECKED(name)                                                           \
    INTERPOSE wchar_t *name(wchar_t *to, const wchar_t *from, size_t n, size_t room);              \
    wchar_t *name(wchar_t *to, const wchar_t *from, size_t n, size_t room) {                       \
        copies_padded(to, from, n, room, CALLER_PC);                                               \
        return REAL_OF(name)(to, from, n, room);                                                   \
    }
// clang-format off
COPIES_WIDE(wcscpy)
COPIES_WIDE(wcpcpy)
COPIES_WIDE_CHECKED(__wcscpy_chk)
COPIES_WIDE_CHECKED(__wcpcpy_chk)
COPIES_WIDE_PADDED(wcsncpy)
COPIES_WIDE_PADDED(wcpncpy)
COPIES_WIDE_PADDED_CHECKED(__wcsncpy_chk)
COPIES_WIDE_PADDED_CHECKED(__wcpncpy_chk)
// clang-format on

INTERPOSE wchar_t *wcscat(wchar_t *to, const wchar_t *from) {
    appends(to, from, SIZE_MAX, SIZE_MAX, CALLER_PC);
    return REAL_OF(wcscat)(to, from);
}

INTERPOSE wchar_t *__wcscat_chk(wchar_t *to, const wchar_t *from, size_t room);
wchar_t *__wcscat_chk(wchar_t *to, const wchar_t *from, size_t room) {
    appends(to, from, SIZE_MAX, room, CALLER_PC);
    return REAL_OF(__wcscat_chk)(to, from, room);
}

INTERPOSE wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t most) {
    appends(to, from, most, SIZE_MAX, CALLER_PC);
    return REAL_OF(wcsncat)(to, from, most);
}

INTERPOSE wchar_t *__wcsncat_chk(wchar_t *to, const wchar_t *from, size_t most, size_t room);
wchar_t *__wcsncat_chk(wchar_t *to, const wchar_t *from, size_t most, size_t room) {
    appends(to, from, most, room, CALLER_PC);
    return REAL_OF(__wcsncat_chk)(to, from, most, room);
}

INTERPOSE wchar_t *wcsdup(const wchar_t *from) {
    if (is_watched(CALLER_PC)) {
        reads(from, WIDE(wide_length(from) + 1), CALLER_PC);
    }
    wchar_t *copy = REAL_OF(wcsdup)(from);
    if (copy != NULL && is_watched(CALLER_PC)) {
        writes(copy, WIDE(wide_length(copy) + 1), CALLER_PC);
    }
    return copy;
}

INTERPOSE size_t wcslen(const wchar_t *text) {
    size_t n = REAL_OF(wcslen)(text);
    takes(text, WIDE(n + 1), CALLER_PC);
    return n;
}

INTERPOSE size_t wcsnlen(const wchar_t *text, size_t most) {
    size_t n = REAL_OF(wcsnlen)(text, most);
    takes(text, WIDE(n < most ? n + 1 : n), CALLER_PC);
    return n;
}

INTERPOSE int wcscmp(const wchar_t *a, const wchar_t *b) {
    compares(a, b, SIZE_MAX, true, CALLER_PC);
    return REAL_OF(wcscmp)(a, b);
}

INTERPOSE int wcsncmp(const wchar_t *a, const wchar_t *b, size_t most) {
    compares(a, b, most, true, CALLER_PC);
    return REAL_OF(wcsncmp)(a, b, most);
}

INTERPOSE wchar_t *wcschr(const wchar_t *text, wchar_t letter) {
    wchar_t *found = REAL_OF(wcschr)(text, letter);
    if (is_watched(CALLER_PC)) {
        size_t n = found != NULL ? (size_t)(found - text) : wide_length(text);
        reads(text, WIDE(n + 1), CALLER_PC);
    }
    return found;
}

INTERPOSE wchar_t *wcsrchr(const wchar_t *text, wchar_t letter) {
    if (is_watched(CALLER_PC)) {
        reads(text, WIDE(wide_length(text) + 1), CALLER_PC);
    }
    return REAL_OF(wcsrchr)(text, letter);
}

INTERPOSE wchar_t *wcsstr(const wchar_t *text, const wchar_t *wanted) {
    wchar_t *found = REAL_OF(wcsstr)(text, wanted);
    if (is_watched(CALLER_PC)) {
        size_t n = wide_length(wanted);
        size_t seen = found != NULL ? (size_t)(found - text) + n : wide_length(text) + 1;
        reads(text, WIDE(seen), CALLER_PC);
        reads(wanted, WIDE(n + 1), CALLER_PC);
    }
    return found;
}

/* -- conversions: n letters came out, and their end when there was room for it -- */

static inline size_t ended(size_t n, size_t room) {
    return n == (size_t)-1 ? 0 : n < room ? n + 1 : n;
}

INTERPOSE size_t mbstowcs(wchar_t *to, const char *from, size_t room) {
    size_t n = REAL_OF(mbstowcs)(to, from, room);
    fills(to, WIDE(ended(n, room)), CALLER_PC);
    takes(from, ended(n, room), CALLER_PC); /* a letter has a byte at least */
    return n;
}

INTERPOSE size_t __mbstowcs_chk(wchar_t *to, const char *from, size_t room, size_t known);
size_t __mbstowcs_chk(wchar_t *to, const char *from, size_t room, size_t known) {
    size_t n = REAL_OF(__mbstowcs_chk)(to, from, room, known);
    fills(to, WIDE(ended(n, room)), CALLER_PC);
    takes(from, ended(n, room), CALLER_PC);
    return n;
}

INTERPOSE size_t wcstombs(char *to, const wchar_t *from, size_t room) {
    size_t n = REAL_OF(wcstombs)(to, from, room);
    fills(to, ended(n, room), CALLER_PC);
    return n;
}

INTERPOSE size_t __wcstombs_chk(char *to, const wchar_t *from, size_t room, size_t known);
size_t __wcstombs_chk(char *to, const wchar_t *from, size_t room, size_t known) {
    size_t n = REAL_OF(__wcstombs_chk)(to, from, room, known);
    fills(to, ended(n, room), CALLER_PC);
    return n;
}

/* Both places and both counts have moved by what was taken and given. */
INTERPOSE size_t iconv(iconv_t converter, char **from, size_t *left, char **to, size_t *room) {
    char *from_was = from != NULL ? *from : NULL, *to_was = to != NULL ? *to : NULL;
    size_t result = REAL_OF(iconv)(converter, from, left, to, room);
    if (is_watched(CALLER_PC)) {
        if (from_was != NULL && *from != from_was) {
            reads(from_was, (size_t)(*from - from_was), CALLER_PC);
            writes(from, sizeof *from, CALLER_PC);
            writes(left, sizeof *left, CALLER_PC);
        }
        if (to_was != NULL && *to != to_was) {
            writes(to_was, (size_t)(*to - to_was), CALLER_PC);
            writes(to, sizeof *to, CALLER_PC);
            writes(room, sizeof *room, CALLER_PC);
        }
    }
    return result;
}
