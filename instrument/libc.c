/* libc.c - memory functions of libc. Zone: HOT.
 *
 * Early   Before real.c has found the real ones (the dynamic linker and IFUNC resolvers run then)
 *         REAL_OF looks them up; the way there uses none of these functions.
 */
#include "instrument/ranges.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

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

INTERPOSE void *mempcpy(void *to, const void *from, size_t n) {
    moves(to, from, n, CALLER_PC);
    return REAL_OF(mempcpy)(to, from, n);
}

/* -- what _FORTIFY_SOURCE makes of them -- */

INTERPOSE void *__memcpy_chk(void *to, const void *from, size_t n, size_t room);
void *__memcpy_chk(void *to, const void *from, size_t n, size_t room) {
    if (FITS(n, room)) {
        moves(to, from, n, CALLER_PC);
    }
    return REAL_OF(__memcpy_chk)(to, from, n, room);
}

INTERPOSE void *__memmove_chk(void *to, const void *from, size_t n, size_t room);
void *__memmove_chk(void *to, const void *from, size_t n, size_t room) {
    if (FITS(n, room)) {
        moves(to, from, n, CALLER_PC);
    }
    return REAL_OF(__memmove_chk)(to, from, n, room);
}

INTERPOSE void *__mempcpy_chk(void *to, const void *from, size_t n, size_t room);
void *__mempcpy_chk(void *to, const void *from, size_t n, size_t room) {
    if (FITS(n, room)) {
        moves(to, from, n, CALLER_PC);
    }
    return REAL_OF(__mempcpy_chk)(to, from, n, room);
}

INTERPOSE void *__memset_chk(void *to, int byte, size_t n, size_t room);
void *__memset_chk(void *to, int byte, size_t n, size_t room) {
    if (FITS(n, room)) {
        fills(to, n, CALLER_PC);
    }
    return REAL_OF(__memset_chk)(to, byte, n, room);
}

INTERPOSE void __explicit_bzero_chk(void *to, size_t n, size_t room);
void __explicit_bzero_chk(void *to, size_t n, size_t room) {
    if (FITS(n, room)) {
        fills(to, n, CALLER_PC);
    }
    REAL_OF(__explicit_bzero_chk)(to, n, room);
}

/* -- others that fill and move -- */

INTERPOSE void explicit_bzero(void *to, size_t n) {
    fills(to, n, CALLER_PC);
    REAL_OF(explicit_bzero)(to, n);
}

INTERPOSE void bzero(void *to, size_t n) {
    fills(to, n, CALLER_PC);
    REAL_OF(bzero)(to, n);
}

INTERPOSE void bcopy(const void *from, void *to, size_t n) {
    moves(to, from, n, CALLER_PC);
    REAL_OF(bcopy)(from, to, n);
}

INTERPOSE void *memccpy(void *to, const void *from, int byte, size_t n) {
    void *end = REAL_OF(memccpy)(to, from, byte, n);
    moves(to, from, end != NULL ? (size_t)((char *)end - (char *)to) : n, CALLER_PC);
    return end;
}

/* Pairs: an odd byte stays where it is. */
INTERPOSE void swab(const void *from, void *to, ssize_t n) {
    if (n > 1) {
        moves(to, from, (size_t)n & ~(size_t)1, CALLER_PC);
    }
    REAL_OF(swab)(from, to, n);
}

/* -- comparing and searching -- */

/* Up to and with the first byte that differs: what any implementation must read. */
static inline void compares(const uint8_t *a, const uint8_t *b, size_t n, uintptr_t pc) {
    if (is_watched(pc)) {
        size_t i = 0;
        while (i < n && a[i] == b[i]) {
            i++;
        }
        i += i < n;
        reads(a, i, pc);
        reads(b, i, pc);
    }
}

INTERPOSE int memcmp(const void *a, const void *b, size_t n) {
    compares(a, b, n, CALLER_PC);
    return REAL_OF(memcmp)(a, b, n);
}

/* clang makes this of a memcmp whose sign nobody asks for. */
INTERPOSE int bcmp(const void *a, const void *b, size_t n) {
    compares(a, b, n, CALLER_PC);
    return REAL_OF(bcmp)(a, b, n);
}

INTERPOSE void *memchr(const void *in, int byte, size_t n) {
    void *found = REAL_OF(memchr)(in, byte, n);
    if (is_watched(CALLER_PC)) {
        reads(in, found != NULL ? (size_t)((const char *)found - (const char *)in) + 1 : n,
              CALLER_PC);
    }
    return found;
}

INTERPOSE void *memrchr(const void *in, int byte, size_t n) {
    void *found = REAL_OF(memrchr)(in, byte, n);
    if (is_watched(CALLER_PC)) {
        size_t from = found != NULL ? (size_t)((const char *)found - (const char *)in) : 0;
        reads((const char *)in + from, n - from, CALLER_PC);
    }
    return found;
}

INTERPOSE void *rawmemchr(const void *in, int byte) {
    void *found = REAL_OF(rawmemchr)(in, byte);
    takes(in, (size_t)((const char *)found - (const char *)in) + 1, CALLER_PC);
    return found;
}

/* Up to the end of what was found; all of it when nothing was, and there was room for it. */
INTERPOSE void *memmem(const void *in, size_t n, const void *wanted, size_t wanted_bytes) {
    void *found = REAL_OF(memmem)(in, n, wanted, wanted_bytes);
    if (wanted_bytes <= n) {
        size_t before = found != NULL ? (size_t)((const char *)found - (const char *)in) : 0;
        takes(in, found != NULL ? before + wanted_bytes : n, CALLER_PC);
        takes(wanted, found != NULL ? wanted_bytes : wanted_bytes != 0, CALLER_PC);
    }
    return found;
}

/* -- sorting: all elements move about. What the comparison reads it says itself, when it has hooks. -- */

static inline void sorts(void *base, size_t n, size_t size, uintptr_t pc) {
    if (n > 1) {
        fills(base, n * size, pc);
    }
}

INTERPOSE void qsort(void *base, size_t n, size_t size,
                     int (*compare)(const void *, const void *)) {
    sorts(base, n, size, CALLER_PC);
    REAL_OF(qsort)(base, n, size, compare);
}

INTERPOSE void qsort_r(void *base, size_t n, size_t size,
                       int (*compare)(const void *, const void *, void *), void *argument) {
    sorts(base, n, size, CALLER_PC);
    REAL_OF(qsort_r)(base, n, size, compare, argument);
}
