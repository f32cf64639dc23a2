/* scan.c - formatted input: what it stores. The format is walked when the real function has said how many
 * values it assigned; the first so many of its directives have stored something, whose extent is found in
 * memory: a text has an end.
 *
 * Error   The side is a miss. What a directive stored that failed half-way is left out; of a set's text that
 *         holds a zero byte the rest is; of the text that is scanned only as many bytes count as
 *         must have been read for what was assigned.
 * Names   The plain ones are those of C90, with %as for a text in memory of its own; __isoc99_ those
 *         that headers give to anything newer, and __isoc23_ those of glibc from 2.38 on.
 * Zone    SYNC.
 */
#include "instrument/format.h"
#include "instrument/io.h"
#include "instrument/ranges.h"

#include <stdio.h>
#include <wchar.h>

struct directive {
    char letter;    /* '\0': the format is over; '%': nothing but that letter */
    char size;      /* of format_size() */
    bool adjoins;   /* nothing but white space lies between it and the one before */
    bool skips;     /* '*': is matched, and not stored */
    bool allocates; /* the text is in memory of its own, and its place is stored */
    unsigned place; /* which value, from 1; 0: the next one */
};

/* ']' as the first letter of a set is one of it. */
static const char *after_set(const char *p) {
    p += *p == '^';
    p += *p == ']';
    while (*p != '\0' && *p != ']') {
        p++;
    }
    return p + (*p != '\0');
}

static bool is_old_allocation(const char *p) {
    return p[0] == 'a' && (p[1] == 's' || p[1] == 'S' || p[1] == '[');
}

static struct directive next_directive(const char **at, bool old) {
    struct directive d = {.adjoins = true};
    const char *p = *at;
    for (; *p != '\0' && *p != '%'; p++) {
        d.adjoins &= *p == ' ' || (*p >= '\t' && *p <= '\r');
    }
    p += *p != '\0';
    d.place = format_place(&p);
    for (; *p == '*' || *p == '\'' || *p == 'I'; p++) {
        d.skips |= *p == '*';
    }
    (void)format_digits(&p); /* the width bounds what may be stored, and no more */
    if (*p == 'm' || (old && is_old_allocation(p))) {
        d.allocates = true;
        p++;
    }
    d.size = format_size(&p);
    d.letter = *p;
    p += *p != '\0';
    *at = d.letter == '[' ? after_set(p) : p;
    return d;
}

/* Bytes that a directive has stored at `to`; it took `*taken` letters at least. */
static size_t stored(const struct directive *d, const void *to, size_t *taken) {
    bool is_wide = d->size == 'l' || d->letter == 'C' || d->letter == 'S';
    *taken = 1;
    switch (d->letter) {
    case 'c':
    case 'C': /* of %5c one is certain: the input may have ended */
        return is_wide ? sizeof(wchar_t) : 1;
    case 's':
    case 'S':
    case '[':
        *taken = is_wide ? wide_length(to) : length_of(to);
        return (*taken + 1) * (is_wide ? sizeof(wchar_t) : 1);
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': /* of a long double's 16 bytes 10 are its value */
        return d->size == 'L' ? 10 : d->size == 'l' ? sizeof(double) : sizeof(float);
    case 'p':
        return sizeof(void *);
    default:
        return format_is_one_of(d->letter, "diouxXb") ? format_bytes(d->size) : 0;
    }
}

/* Where the value goes: all are pointers. */
static void *value_at(va_list *values, va_list all, unsigned place) {
    if (place == 0) {
        return va_arg(*values, void *);
    }
    va_list to;
    void *value = NULL;
    va_copy(to, all);
    for (; place != 0; place--) {
        value = va_arg(to, void *);
    }
    va_end(to);
    return value;
}

/* Returns how much was taken. */
static size_t stores(const struct directive *d, void *value, uintptr_t pc) {
    size_t taken;
    if (d->allocates) {
        writes(value, sizeof value, pc);
        __builtin_memcpy(&value, value, sizeof value);
    }
    size_t n = stored(d, value, &taken);
    writes(value, n, pc);
    return taken;
}

/* n values were assigned. Returns how many letters were taken for them at least. A %n has been reached for
 * certain when something was assigned after it, or right before. */
static size_t stores_all(const char *format, va_list all, int n, bool old, uintptr_t pc) {
    va_list values;
    va_copy(values, all);
    size_t taken = 0;
    bool adjoins = false;
    struct directive d;
    while ((d = next_directive(&format, old)).letter != '\0') {
        adjoins &= d.adjoins && d.letter != '%' && !d.skips;
        if (d.skips || d.letter == '%') {
            continue;
        }
        if (d.letter == 'n') {
            void *value = value_at(&values, all, d.place);
            writes(value, n > 0 || adjoins ? format_bytes(d.size) : 0, pc);
            continue;
        }
        if (n == 0) {
            break;
        }
        n--;
        taken += stores(&d, value_at(&values, all, d.place), pc);
        adjoins = true;
    }
    va_end(values);
    return taken;
}

/* text: what is scanned; NULL: a stream. */
static void has_scanned(const char *text, const char *format, va_list all, int n, bool old,
                        uintptr_t pc) {
    if (is_watched(pc)) {
        size_t taken = stores_all(format, all, n < 0 ? 0 : n, old, pc);
        if (text != NULL) { /* all of it, when its end came before any value */
            reads(text, n < 0 ? length_of(text) + 1 : taken, pc);
        }
    }
}

static void has_scanned_wide(const wchar_t *text, const wchar_t *format, va_list all, int n,
                             bool old, uintptr_t pc) {
    char narrow[FORMAT_LETTERS];
    if (is_watched(pc) && format_narrow(narrow, format)) {
        size_t taken = stores_all(narrow, all, n < 0 ? 0 : n, old, pc);
        takes(text, taken * sizeof *text, pc);
    }
}

/* -- the functions: six for each kind of letter and each meaning of %a. In C they have names of ours, for
 * headers may give the symbols of one kind to the names of the other. -- */

/* What others sent is received before it is stored. */
static inline int scanned(FILE *stream, int n) {
    io_stream_has_read(stream);
    return n;
}

#define SCANS(call, text, has_scanned, old)                                                        \
    va_list all;                                                                                   \
    va_copy(all, values);                                                                          \
    int n = call;                                                                                  \
    has_scanned(text, format, all, n, old, CALLER_PC);                                             \
    va_end(all)

#define SYMBOL(p, name) __asm__("" #p #name)

#define SCANNERS(p, w, letter, has_scanned, old)                                                   \
    INTERPOSE int scan##p##w##_vf(FILE *, const letter *, va_list) SYMBOL(p, vf##w##scanf);        \
    INTERPOSE int scan##p##w##_v(const letter *, va_list) SYMBOL(p, v##w##scanf);                  \
    INTERPOSE int scan##p##w##_vs(const letter *, const letter *, va_list)                         \
        SYMBOL(p, vs##w##scanf);                                                                   \
    INTERPOSE int scan##p##w##_f(FILE *, const letter *, ...) SYMBOL(p, f##w##scanf);              \
    INTERPOSE int scan##p##w##_(const letter *, ...) SYMBOL(p, w##scanf);                          \
    INTERPOSE int scan##p##w##_s(const letter *, const letter *, ...) SYMBOL(p, s##w##scanf);      \
                                                                                                   \
    int scan##p##w##_vf(FILE *stream, const letter *format, va_list values) {                      \
        SCANS(scanned(stream, REAL_OF(p##vf##w##scanf)(stream, format, values)), NULL,             \
              has_scanned, old);                                                                   \
        return n;                                                                                  \
    }                                                                                              \
    int scan##p##w##_v(const letter *format, va_list values) {                                     \
        SCANS(scanned(stdin, REAL_OF(p##vf##w##scanf)(stdin, format, values)), NULL, has_scanned,  \
              old);                                                                                \
        return n;                                                                                  \
    }                                                                                              \
    int scan##p##w##_vs(const letter *text, const letter *format, va_list values) {                \
        SCANS(REAL_OF(p##vs##w##scanf)(text, format, values), text, has_scanned, old);             \
        return n;                                                                                  \
    }                                                                                              \
    int scan##p##w##_f(FILE *stream, const letter *format, ...) {                                  \
        va_list values;                                                                            \
        va_start(values, format);                                                                  \
        SCANS(scanned(stream, REAL_OF(p##vf##w##scanf)(stream, format, values)), NULL,             \
              has_scanned, old);                                                                   \
        va_end(values);                                                                            \
        return n;                                                                                  \
    }                                                                                              \
    int scan##p##w##_(const letter *format, ...) {                                                 \
        va_list values;                                                                            \
        va_start(values, format);                                                                  \
        SCANS(scanned(stdin, REAL_OF(p##vf##w##scanf)(stdin, format, values)), NULL, has_scanned,  \
              old);                                                                                \
        va_end(values);                                                                            \
        return n;                                                                                  \
    }                                                                                              \
    int scan##p##w##_s(const letter *text, const letter *format, ...) {                            \
        va_list values;                                                                            \
        va_start(values, format);                                                                  \
        SCANS(REAL_OF(p##vs##w##scanf)(text, format, values), text, has_scanned, old);             \
        va_end(values);                                                                            \
        return n;                                                                                  \
    }
// clang-format off
SCANNERS(, , char, has_scanned, true)
SCANNERS(, w, wchar_t, has_scanned_wide, true)
SCANNERS(__isoc99_, , char, has_scanned, false)
SCANNERS(__isoc99_, w, wchar_t, has_scanned_wide, false)
SCANNERS(__isoc23_, , char, has_scanned, false)
SCANNERS(__isoc23_, w, wchar_t, has_scanned_wide, false)
// clang-format on
