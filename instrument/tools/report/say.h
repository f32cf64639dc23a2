/* say.h - how the tools speak: one line per error, and strings that cannot fail.
 *
 * Every message of a tool is one line `tool: what: why; what to do` on standard error [STYLE 2.9].
 * Running out of memory ends the tool with 125: it has nothing better to offer than the truth.
 */
#ifndef RADDLE_TOOLS_REPORT_SAY_H
#define RADDLE_TOOLS_REPORT_SAY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* The status for "the tool failed, was misused, or could not look". */
#define STATUS_CANNOT_LOOK 125

/* The name in front of every line. Borrows; the initial name is "raddle". */
void say_program(const char *name);

/* One line on standard error, written with one write(2). */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* say_error, then exit with 125. */
_Noreturn void say_fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new string; free with free(). Never NULL. */
char *str_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *str_vformat(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
char *str_copy(const char *text);

/* A span of time as reports tell it: "12 ms", "1.5 s", "7 minutes". */
void print_duration(FILE *out, long long ms);

/* Memory that is there or ends the tool. Zeroed. */
void *mem_new(size_t count, size_t size);
/* Grows *array of elements of `size` bytes so that index `used` fits. Returns the array. */
void *mem_grow(void *array, size_t used, size_t *room, size_t size);

#endif
