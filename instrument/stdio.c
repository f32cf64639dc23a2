/* stdio.c - streams and formatted text: buffers and strings that libc reads and writes for the
 * program. The stream itself is libc's, with a lock of its own that orders nothing here, unless the
 * program takes it: what it does to the stream then is its own code (putc_unlocked). Zone: SYNC.
 */
#include "instrument/ranges.h"
#include "instrument/sync_event.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* -- plain -- */

INTERPOSE size_t fread(void *to, size_t size, size_t n, FILE *stream) {
    size_t got = REAL_OF(fread)(to, size, n, stream);
    if (is_watched(CALLER_PC)) {
        writes(to, got * size, CALLER_PC);
    }
    return got;
}

INTERPOSE size_t fwrite(const void *from, size_t size, size_t n, FILE *stream) {
    if (is_watched(CALLER_PC)) {
        reads(from, n * size, CALLER_PC);
    }
    return REAL_OF(fwrite)(from, size, n, stream);
}

INTERPOSE char *fgets(char *to, int room, FILE *stream) {
    char *got = REAL_OF(fgets)(to, room, stream);
    if (got != NULL && is_watched(CALLER_PC)) {
        writes(to, length_of(to) + 1, CALLER_PC);
    }
    return got;
}

INTERPOSE int fputs(const char *text, FILE *stream) {
    if (is_watched(CALLER_PC)) {
        reads_text(text, CALLER_PC);
    }
    return REAL_OF(fputs)(text, stream);
}

INTERPOSE int puts(const char *text) {
    if (is_watched(CALLER_PC)) {
        reads_text(text, CALLER_PC);
    }
    return REAL_OF(puts)(text);
}

/* -- the lock of a stream: every level of it is told, for only libc knows the outermost -- */

INTERPOSE void flockfile(FILE *stream) {
    REAL_OF(flockfile)(stream);
    sync_receive(stream->_lock);
}

INTERPOSE int ftrylockfile(FILE *stream) {
    int result = REAL_OF(ftrylockfile)(stream);
    if (result == 0) {
        sync_receive(stream->_lock);
    }
    return result;
}

INTERPOSE void funlockfile(FILE *stream) {
    sync_publish(stream->_lock, CALLER_PC);
    REAL_OF(funlockfile)(stream);
}

/* -- formats: only strings are memory; the rest are values, read by the caller -- */

/* One conversion of a format. */
struct conversion {
    char letter;   /* '\0': the format is over */
    char size;     /* of the length modifier: 'l', 'q' for ll, 'L', 'z' … or 0 */
    int precision; /* -1: none */
    int stars;
};

/* The next conversion at *at; its `*` are taken from values, of which the last may be the precision. */
static struct conversion next_conversion(const char **at, va_list *values) {
    struct conversion c = {.precision = -1};
    const char *p = *at;
    while (*p != '\0' && (*p != '%' || p[1] == '%')) {
        p += *p == '%' ? 2 : 1;
    }
    bool after_point = false;
    for (p += *p != '\0'; *p != '\0' && strchr("-+ #0'123456789.*", *p) != NULL; p++) {
        if (*p == '.') {
            after_point = true;
            c.precision = 0;
        } else if (*p == '*') {
            int value = va_arg(*values, int);
            c.precision = after_point ? value : c.precision;
        } else if (after_point && *p >= '0' && *p <= '9') {
            c.precision = c.precision * 10 + (*p - '0');
        }
    }
    for (; *p != '\0' && strchr("hljztLq", *p) != NULL; p++) {
        c.size = *p;
    }
    c.letter = *p;
    *at = p + (*p != '\0');
    return c;
}

static void reads_string(const char *text, int precision, uintptr_t pc) {
    if (text == NULL) {
        return;
    }
    size_t most = precision < 0 ? SIZE_MAX : (size_t)precision, n = 0;
    while (n < most && text[n] != '\0') {
        n++;
    }
    reads(text, n < most ? n + 1 : n, pc);
}

/* Walks the values as printf does. What it does not know ends the walk: the error side is a miss. */
static void reads_values(const char *format, va_list given, uintptr_t pc) {
    va_list values;
    va_copy(values, given);
    struct conversion c;
    while ((c = next_conversion(&format, &values)).letter != '\0') {
        if (strchr("aAeEfFgG", c.letter) != NULL) {
            if (c.size == 'L') {
                (void)va_arg(values, long double);
            } else {
                (void)va_arg(values, double);
            }
        } else if (c.letter == 's' && c.size == 0) {
            reads_string(va_arg(values, const char *), c.precision, pc);
        } else if (strchr("diouxXc", c.letter) != NULL && (c.size == 0 || c.size == 'h')) {
            (void)va_arg(values, int);
        } else if (strchr("diouxXpsSnc", c.letter) != NULL) {
            (void)va_arg(values, long);
        } else if (c.letter != 'm') {
            break;
        }
    }
    va_end(values);
}

static inline void formats(const char *format, va_list values, uintptr_t pc) {
    if (is_watched(pc)) {
        reads_values(format, values, pc);
    }
}

/* The text and its end, as far as there is room. */
static inline int formatted(char *to, size_t room, int length, uintptr_t pc) {
    if (length >= 0 && room != 0 && is_watched(pc)) {
        size_t n = (size_t)length + 1;
        writes(to, n < room ? n : room, pc);
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

INTERPOSE int vfprintf(FILE *stream, const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    return REAL_OF(vfprintf)(stream, format, values);
}

INTERPOSE int vprintf(const char *format, va_list values) {
    formats(format, values, CALLER_PC);
    return REAL_OF(vfprintf)(stdout, format, values);
}

/* The forms with an ellipsis: call is the one with a list. */
#define WITH_VALUES(last, call)                                                                    \
    va_list values;                                                                                \
    va_start(values, last);                                                                        \
    formats(format, values, CALLER_PC);                                                            \
    int length = call;                                                                             \
    va_end(values)

INTERPOSE int snprintf(char *to, size_t room, const char *format, ...) {
    WITH_VALUES(format, REAL_OF(vsnprintf)(to, room, format, values));
    return formatted(to, room, length, CALLER_PC);
}

INTERPOSE int sprintf(char *to, const char *format, ...) {
    WITH_VALUES(format, REAL_OF(vsprintf)(to, format, values));
    return formatted(to, SIZE_MAX, length, CALLER_PC);
}

INTERPOSE int fprintf(FILE *stream, const char *format, ...) {
    WITH_VALUES(format, REAL_OF(vfprintf)(stream, format, values));
    return length;
}

INTERPOSE int printf(const char *format, ...) {
    WITH_VALUES(format, REAL_OF(vfprintf)(stdout, format, values));
    return length;
}
