/* format.c - formatted output: which of its values are memory, and what it writes.
 *
 * Model   A format is walked twice over: first for the kinds of its values, by number, since `%2$s` may come
 *         before `%1$d`; then, when the values are there, for those that are memory: the texts of %s, and
 *         what %n stores. All other values are the caller's own reads.
 * Error   What the walk does not know ends it, and only the first VALUES count: a miss. Of a text whose end
 *         only a conversion between wide and narrow letters would tell, what must be read at least.
 * Wide    A wide format is walked as the narrow one that it would be; letters beyond ASCII are none of a
 *         conversion.
 * Zone    SYNC.
 */
#include "instrument/format.h"
#include "instrument/io.h"
#include "instrument/misuse.h"
#include "instrument/ranges.h"

#include <stdio.h>
#include <syslog.h>
#include <wchar.h>

#define VALUES 32

/* -- one conversion -- */

struct conversion {
    char letter;   /* '\0': the format is over */
    char size;     /* 'H' for hh, 'h', 'l', 'q' for ll, 'L', 'j', 'z', 't', or 0 */
    bool stars[2]; /* width, precision */
    unsigned
        from[3];   /* which value, from 1: width, precision, the value itself; 0: it takes none */
    int precision; /* -1: none, or a star */
};

/* Where a walk is. */
struct walk {
    const char *at;
    unsigned next; /* the value that a conversion without a number takes */
};

/* A star, taken, or the digits of a number. */
static int star_or_digits(struct walk *w, struct conversion *c, int which) {
    if (*w->at != '*') {
        return (int)format_digits(&w->at);
    }
    w->at++;
    unsigned n = format_place(&w->at);
    c->stars[which] = true;
    c->from[which] = n != 0 ? n : w->next++;
    return -1;
}

static struct conversion next_conversion(struct walk *w) {
    struct conversion c = {.precision = -1};
    while (*w->at != '\0' && *w->at != '%') {
        w->at++;
    }
    if (*w->at == '\0') {
        return c;
    }
    w->at++;
    c.from[2] = format_place(&w->at);
    while (format_is_one_of(*w->at, "-+ #0'I")) {
        w->at++;
    }
    star_or_digits(w, &c, 0);
    if (*w->at == '.') {
        w->at++;
        c.precision = star_or_digits(w, &c, 1);
    }
    c.size = format_size(&w->at);
    c.letter = *w->at;
    w->at += c.letter != '\0';
    bool takes_one = c.letter != '%' && c.letter != 'm';
    c.from[2] = !takes_one ? 0 : c.from[2] != 0 ? c.from[2] : w->next++;
    return c;
}

/* -- its values -- */

enum kind { KIND_INT, KIND_LONG, KIND_DOUBLE, KIND_LONG_DOUBLE, KIND_UNKNOWN };

struct values {
    unsigned n;
    bool memory;              /* some of them are */
    uint8_t kind[VALUES + 1]; /* from 1; what no conversion takes is an int */
    uintptr_t value[VALUES + 1];
};

static enum kind kind_of(const struct conversion *c) {
    if (format_is_one_of(c->letter, "aAeEfFgG")) {
        return c->size == 'L' ? KIND_LONG_DOUBLE : KIND_DOUBLE;
    }
    bool is_int = c->size == 0 || c->size == 'h' || c->size == 'H';
    if ((format_is_one_of(c->letter, "diouxX") && is_int) || c->letter == 'c' || c->letter == 'C') {
        return KIND_INT;
    }
    return format_is_one_of(c->letter, "diouxXpsSn") ? KIND_LONG : KIND_UNKNOWN;
}

static void note(struct values *v, unsigned number, enum kind kind) {
    if (number != 0 && number <= VALUES) {
        v->kind[number] = (uint8_t)kind;
        v->n = number > v->n ? number : v->n;
    }
}

static void find_kinds(struct values *v, const char *format) {
    struct walk w = {format, 1};
    struct conversion c;
    while ((c = next_conversion(&w)).letter != '\0') {
        enum kind kind = c.from[2] != 0 ? kind_of(&c) : KIND_INT;
        if (kind == KIND_UNKNOWN) {
            return;
        }
        note(v, c.from[0], KIND_INT);
        note(v, c.from[1], KIND_INT);
        note(v, c.from[2], kind);
        v->memory |= c.letter == 's' || c.letter == 'S' || c.letter == 'n';
    }
}

static void fetch(struct values *v, va_list given) {
    va_list values;
    va_copy(values, given);
    for (unsigned i = 1; i <= v->n; i++) {
        if (v->kind[i] == KIND_DOUBLE) {
            (void)va_arg(values, double);
        } else if (v->kind[i] == KIND_LONG_DOUBLE) {
            (void)va_arg(values, long double);
        } else if (v->kind[i] == KIND_INT) {
            v->value[i] = (uintptr_t)va_arg(values, int);
        } else {
            v->value[i] = va_arg(values, uintptr_t);
        }
    }
    va_end(values);
}

/* -- what is memory -- */

static void touches(const struct conversion *c, uintptr_t value, int precision, uintptr_t pc) {
    if (c->letter == 'n') {
        writes((void *)value, format_bytes(c->size), pc);
    } else if (c->letter == 's' && (c->size == 0 || c->size == 'h' || c->size == 'H')) {
        size_t most = precision < 0 ? SIZE_MAX : (size_t)precision;
        reads((const void *)value, text_within((const char *)value, most), pc);
    } else if (precision < 0 && (c->letter == 'S' || c->size == 'l')) {
        const wchar_t *text = (const wchar_t *)value;
        reads(text, (wide_length(text) + 1) * sizeof *text, pc);
    }
}

static void touches_all(const struct values *v, const char *format, uintptr_t pc) {
    struct walk w = {format, 1};
    struct conversion c;
    while ((c = next_conversion(&w)).letter != '\0') {
        if (c.from[2] != 0 && kind_of(&c) == KIND_UNKNOWN) {
            return;
        }
        bool is_memory = c.letter == 's' || c.letter == 'S' || c.letter == 'n';
        if (!is_memory || c.from[2] > v->n || v->value[c.from[2]] == 0 || c.from[1] > v->n) {
            continue;
        }
        int precision = c.stars[1] ? (int)v->value[c.from[1]] : c.precision;
        touches(&c, v->value[c.from[2]], precision, pc);
    }
}

static void values_of(const char *format, va_list given, uintptr_t pc) {
    struct values v = {0};
    find_kinds(&v, format);
    if (v.memory) {
        fetch(&v, given);
        touches_all(&v, format, pc);
    }
}

static inline void formats(const char *format, va_list values, uintptr_t pc) {
    misuse_unsafe(DEED_CALL_PRINTF, pc);
    if (is_watched(pc)) {
        values_of(format, values, pc);
    }
}

static void wide_values_of(const wchar_t *format, va_list values, uintptr_t pc) {
    char narrow[FORMAT_LETTERS];
    if (format_narrow(narrow, format)) {
        values_of(narrow, values, pc);
    }
}

static inline void wide_formats(const wchar_t *format, va_list values, uintptr_t pc) {
    if (is_watched(pc)) {
        wide_values_of(format, values, pc);
    }
}

/* -- into memory: the text and its end, as far as there is room -- */

static inline int formatted(char *to, size_t room, int length, uintptr_t pc) {
    if (length >= 0 && room != 0) {
        size_t n = (size_t)length + 1;
        fills(to, n < room ? n : room, pc);
    }
    return length;
}

/* In fresh memory, of which malloc tells. */
static inline int allocated(char **to, int length, uintptr_t pc) {
    if (length >= 0) {
        fills(to, sizeof *to, pc);
        fills(*to, (size_t)length + 1, pc);
    }
    return length;
}

INTERPOSE int vsnprintf(char *to, size_t room, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    return formatted(to, room, REAL_OF(vsnprintf)(to, room, format, values), CALLER_PC);
}

INTERPOSE int vsprintf(char *to, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    return formatted(to, SIZE_MAX, REAL_OF(vsprintf)(to, format, values), CALLER_PC);
}

INTERPOSE int vasprintf(char **to, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    return allocated(to, REAL_OF(vasprintf)(to, format, values), CALLER_PC);
}

/* The forms with an ellipsis: call is the one with a list. */
#define WITH_VALUES(prepare, call)                                                                 \
    va_list values;                                                                                \
    va_start(values, format);                                                                      \
    prepare(format, values, CALLER_PC);                                                            \
    int length = call;                                                                             \
    va_end(values)

INTERPOSE int snprintf(char *to, size_t room, const char *format, ...) {
    WITH_VALUES(formats, REAL_OF(vsnprintf)(to, room, format, values));
    return formatted(to, room, length, CALLER_PC);
}

INTERPOSE int sprintf(char *to, const char *format, ...) {
    WITH_VALUES(formats, REAL_OF(vsprintf)(to, format, values));
    return formatted(to, SIZE_MAX, length, CALLER_PC);
}

INTERPOSE int asprintf(char **to, const char *format, ...) {
    WITH_VALUES(formats, REAL_OF(vasprintf)(to, format, values));
    return allocated(to, length, CALLER_PC);
}

/* -- into streams and descriptors -- */

INTERPOSE int vfprintf(FILE *stream, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    io_stream_writes(stream);
    return REAL_OF(vfprintf)(stream, format, values);
}

INTERPOSE int vprintf(const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    io_stream_writes(stdout);
    return REAL_OF(vfprintf)(stdout, format, values);
}

INTERPOSE int vdprintf(int fd, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    io_writes(fd);
    return REAL_OF(vdprintf)(fd, format, values);
}

INTERPOSE void vsyslog(int priority, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    REAL_OF(vsyslog)(priority, format, values);
}

INTERPOSE int fprintf(FILE *stream, const char *format, ...) {
    WITH_VALUES(formats, (io_stream_writes(stream), REAL_OF(vfprintf)(stream, format, values)));
    return length;
}

INTERPOSE int printf(const char *format, ...) {
    WITH_VALUES(formats, (io_stream_writes(stdout), REAL_OF(vfprintf)(stdout, format, values)));
    return length;
}

INTERPOSE int dprintf(int fd, const char *format, ...) {
    WITH_VALUES(formats, (io_writes(fd), REAL_OF(vdprintf)(fd, format, values)));
    return length;
}

INTERPOSE void syslog(int priority, const char *format, ...) {
    va_list values;
    va_start(values, format);
    formats(format, values, CALLER_PC);
    REAL_OF(vsyslog)(priority, format, values);
    va_end(values);
}

/* -- what _FORTIFY_SOURCE makes of them: flag says how strict, room what is known of the object -- */

// clang-format off
INTERPOSE int __vsnprintf_chk(char *to, size_t most, int flag, size_t room, const char *format, va_list values);
INTERPOSE int __vsprintf_chk(char *to, int flag, size_t room, const char *format, va_list values);
INTERPOSE int __vasprintf_chk(char **to, int flag, const char *format, va_list values);
INTERPOSE int __snprintf_chk(char *to, size_t most, int flag, size_t room, const char *format, ...);
INTERPOSE int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...);
INTERPOSE int __asprintf_chk(char **to, int flag, const char *format, ...);
INTERPOSE int __vfprintf_chk(FILE *stream, int flag, const char *format, va_list values);
INTERPOSE int __vprintf_chk(int flag, const char *format, va_list values);
INTERPOSE int __vdprintf_chk(int fd, int flag, const char *format, va_list values);
INTERPOSE void __vsyslog_chk(int priority, int flag, const char *format, va_list values);
INTERPOSE int __fprintf_chk(FILE *stream, int flag, const char *format, ...);
INTERPOSE int __printf_chk(int flag, const char *format, ...);
INTERPOSE int __dprintf_chk(int fd, int flag, const char *format, ...);
INTERPOSE void __syslog_chk(int priority, int flag, const char *format, ...);
// clang-format on

int __vsnprintf_chk(char *to, size_t most, int flag, size_t room, const char *format,
                    va_list values) {
    formats(format, values, CALLER_PC);
    int length = REAL_OF(__vsnprintf_chk)(to, most, flag, room, format, values);
    return formatted(to, most, length, CALLER_PC);
}

int __vsprintf_chk(char *to, int flag, size_t room, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    int length = REAL_OF(__vsprintf_chk)(to, flag, room, format, values);
    return formatted(to, SIZE_MAX, length, CALLER_PC);
}

int __vasprintf_chk(char **to, int flag, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    return allocated(to, REAL_OF(__vasprintf_chk)(to, flag, format, values), CALLER_PC);
}

int __snprintf_chk(char *to, size_t most, int flag, size_t room, const char *format, ...) {
    WITH_VALUES(formats, REAL_OF(__vsnprintf_chk)(to, most, flag, room, format, values));
    return formatted(to, most, length, CALLER_PC);
}

int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...) {
    WITH_VALUES(formats, REAL_OF(__vsprintf_chk)(to, flag, room, format, values));
    return formatted(to, SIZE_MAX, length, CALLER_PC);
}

int __asprintf_chk(char **to, int flag, const char *format, ...) {
    WITH_VALUES(formats, REAL_OF(__vasprintf_chk)(to, flag, format, values));
    return allocated(to, length, CALLER_PC);
}

int __vfprintf_chk(FILE *stream, int flag, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    io_stream_writes(stream);
    return REAL_OF(__vfprintf_chk)(stream, flag, format, values);
}

int __vprintf_chk(int flag, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    io_stream_writes(stdout);
    return REAL_OF(__vfprintf_chk)(stdout, flag, format, values);
}

int __vdprintf_chk(int fd, int flag, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    io_writes(fd);
    return REAL_OF(__vdprintf_chk)(fd, flag, format, values);
}

void __vsyslog_chk(int priority, int flag, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    REAL_OF(__vsyslog_chk)(priority, flag, format, values);
}

int __fprintf_chk(FILE *stream, int flag, const char *format, ...) {
    WITH_VALUES(formats,
                (io_stream_writes(stream), REAL_OF(__vfprintf_chk)(stream, flag, format, values)));
    return length;
}

int __printf_chk(int flag, const char *format, ...) {
    WITH_VALUES(formats,
                (io_stream_writes(stdout), REAL_OF(__vfprintf_chk)(stdout, flag, format, values)));
    return length;
}

int __dprintf_chk(int fd, int flag, const char *format, ...) {
    WITH_VALUES(formats, (io_writes(fd), REAL_OF(__vdprintf_chk)(fd, flag, format, values)));
    return length;
}

void __syslog_chk(int priority, int flag, const char *format, ...) {
    va_list values;
    va_start(values, format);
    formats(format, values, CALLER_PC);
    REAL_OF(__vsyslog_chk)(priority, flag, format, values);
    va_end(values);
}

/* -- wide: the number of letters that came out, or -1 when there was no room for all -- */

static inline int wide_formatted(wchar_t *to, int length, uintptr_t pc) {
    if (length >= 0) {
        fills(to, ((size_t)length + 1) * sizeof *to, pc);
    }
    return length;
}

INTERPOSE int vswprintf(wchar_t *to, size_t room, const wchar_t *format, va_list values) {
    wide_formats(format, values, CALLER_PC);
    return wide_formatted(to, REAL_OF(vswprintf)(to, room, format, values), CALLER_PC);
}

INTERPOSE int swprintf(wchar_t *to, size_t room, const wchar_t *format, ...) {
    WITH_VALUES(wide_formats, REAL_OF(vswprintf)(to, room, format, values));
    return wide_formatted(to, length, CALLER_PC);
}

INTERPOSE int vfwprintf(FILE *stream, const wchar_t *format, va_list values) {
    wide_formats(format, values, CALLER_PC);
    io_stream_writes(stream);
    return REAL_OF(vfwprintf)(stream, format, values);
}

INTERPOSE int vwprintf(const wchar_t *format, va_list values) {
    wide_formats(format, values, CALLER_PC);
    io_stream_writes(stdout);
    return REAL_OF(vfwprintf)(stdout, format, values);
}

INTERPOSE int fwprintf(FILE *stream, const wchar_t *format, ...) {
    WITH_VALUES(wide_formats,
                (io_stream_writes(stream), REAL_OF(vfwprintf)(stream, format, values)));
    return length;
}

INTERPOSE int wprintf(const wchar_t *format, ...) {
    WITH_VALUES(wide_formats,
                (io_stream_writes(stdout), REAL_OF(vfwprintf)(stdout, format, values)));
    return length;
}

// clang-format off
INTERPOSE int __vswprintf_chk(wchar_t *to, size_t most, int flag, size_t room, const wchar_t *format, va_list values);
INTERPOSE int __swprintf_chk(wchar_t *to, size_t most, int flag, size_t room, const wchar_t *format, ...);
INTERPOSE int __vfwprintf_chk(FILE *stream, int flag, const wchar_t *format, va_list values);
INTERPOSE int __vwprintf_chk(int flag, const wchar_t *format, va_list values);
INTERPOSE int __fwprintf_chk(FILE *stream, int flag, const wchar_t *format, ...);
INTERPOSE int __wprintf_chk(int flag, const wchar_t *format, ...);
// clang-format on

int __vswprintf_chk(wchar_t *to, size_t most, int flag, size_t room, const wchar_t *format,
                    va_list values) {
    wide_formats(format, values, CALLER_PC);
    int length = REAL_OF(__vswprintf_chk)(to, most, flag, room, format, values);
    return wide_formatted(to, length, CALLER_PC);
}

int __swprintf_chk(wchar_t *to, size_t most, int flag, size_t room, const wchar_t *format, ...) {
    WITH_VALUES(wide_formats, REAL_OF(__vswprintf_chk)(to, most, flag, room, format, values));
    return wide_formatted(to, length, CALLER_PC);
}

int __vfwprintf_chk(FILE *stream, int flag, const wchar_t *format, va_list values) {
    wide_formats(format, values, CALLER_PC);
    io_stream_writes(stream);
    return REAL_OF(__vfwprintf_chk)(stream, flag, format, values);
}

int __vwprintf_chk(int flag, const wchar_t *format, va_list values) {
    wide_formats(format, values, CALLER_PC);
    io_stream_writes(stdout);
    return REAL_OF(__vfwprintf_chk)(stdout, flag, format, values);
}

int __fwprintf_chk(FILE *stream, int flag, const wchar_t *format, ...) {
    WITH_VALUES(wide_formats,
                (io_stream_writes(stream), REAL_OF(__vfwprintf_chk)(stream, flag, format, values)));
    return length;
}

int __wprintf_chk(int flag, const wchar_t *format, ...) {
    WITH_VALUES(wide_formats,
                (io_stream_writes(stdout), REAL_OF(__vfwprintf_chk)(stdout, flag, format, values)));
    return length;
}
