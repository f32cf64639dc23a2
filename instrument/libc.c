/* libc.c - memory functions of libc. Zone: HOT.
 *
 * Early   Before real.c has found the real ones (the dynamic linker and IFUNC resolvers run then)
 *         REAL_OF looks them up; the way there uses none of these functions.
 */
#include "instrument/ranges.h"

#include <stdlib.h>
#include <string.h>

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

INTERPOSE void *memrchr(const void *in, int byte, size_t n) {
    void *found = REAL_OF(memrchr)(in, byte, n);
    if (is_watched(CALLER_PC)) {
        size_t from = found != NULL ? (size_t)((const char *)found - (const char *)in) : 0;
        reads((const char *)in + from, n - from, CALLER_PC);
    }
    return found;
}

INTERPOSE void *mempcpy(void *to, const void *from, size_t n) {
    moves(to, from, n, CALLER_PC);
    return REAL_OF(mempcpy)(to, from, n);
}

/* It moves all elements about; what the comparison reads it says itself, when it has hooks. */
INTERPOSE void qsort(void *base, size_t n, size_t size,
                     int (*compare)(const void *, const void *)) {
    if (is_watched(CALLER_PC)) {
        writes(base, n * size, CALLER_PC);
    }
    REAL_OF(qsort)(base, n, size, compare);
}
