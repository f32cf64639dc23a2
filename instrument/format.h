/* format.h - what the walks of formats share: see format.c and scan.c. */
#ifndef RADDLE_INSTRUMENT_FORMAT_H
#define RADDLE_INSTRUMENT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define FORMAT_LETTERS 512 /* of a longer wide format the values are not looked at */

/* A wide format as a narrow one: what is not ASCII is part of no conversion. false: no room. */
static inline bool format_narrow(char to[FORMAT_LETTERS], const wchar_t *format) {
    for (size_t i = 0; i < FORMAT_LETTERS; i++) {
        to[i] = format[i] >= 0 && format[i] < 128 ? (char)format[i] : '?';
        if (format[i] == 0) {
            return true;
        }
    }
    return false;
}

/* strchr is stood before, and would cost more than all else here. */
static inline bool format_is_one_of(char letter, const char *set) {
    for (; *set != '\0'; set++) {
        if (*set == letter) {
            return true;
        }
    }
    return false;
}

/* The number that stands there, which is taken. */
static inline unsigned format_digits(const char **at) {
    unsigned n = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        n = n < 100000 ? n * 10 + (unsigned)(**at - '0') : n;
    }
    return n;
}

/* "12$", which is taken, or 0. */
static inline unsigned format_place(const char **at) {
    const char *end = *at;
    unsigned n = format_digits(&end);
    if (n == 0 || *end != '$') {
        return 0;
    }
    *at = end + 1;
    return n;
}

/* 'H' for hh, 'h', 'l', 'q' for ll, 'L', 'j', 'z', 't', or 0: what is taken of them. */
static inline char format_size(const char **at) {
    char size = 0;
    for (; format_is_one_of(**at, "hlqLjzZt"); (*at)++) {
        size = (char)(**at == 'h' && size == 'h'   ? 'H'
                      : **at == 'l' && size == 'l' ? 'q'
                      : **at == 'Z'                ? 'z'
                                                   : **at);
    }
    return size;
}

/* Of a whole number stored by %n, %d and the like. */
static inline size_t format_bytes(char size) {
    return size == 'H' ? 1 : size == 'h' ? 2 : size == 0 ? 4 : 8;
}

#endif
