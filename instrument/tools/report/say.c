/* say.c - how the tools speak. */
#include "instrument/tools/report/say.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "raddle";

void say_program(const char *name) {
    program = name;
}

/* One line, whatever a file's name holds. */
static void spell_controls(char *text) {
    for (; *text != '\0'; text++) {
        bool control = (unsigned char)*text < ' ' || *text == '\x7f';
        *text = control ? '?' : *text;
    }
}

static void write_line(const char *format, va_list arguments) {
    char *body = str_vformat(format, arguments);
    spell_controls(body);
    char *line = str_format("%s: %s\n", program, body);
    size_t bytes = strlen(line), done = 0;
    while (done < bytes) {
        ssize_t n = write(STDERR_FILENO, line + done, bytes - done);
        if (n <= 0) {
            break; /* nobody listens; the exit status still speaks */
        }
        done += (size_t)n;
    }
    free(line);
    free(body);
}

void say_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(format, arguments);
    va_end(arguments);
}

void say_fatal(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(format, arguments);
    va_end(arguments);
    exit(STATUS_CANNOT_LOOK);
}

static _Noreturn void out_of_memory(void) {
    static const char line[] = "raddle: out of memory: the report could not be made\n";
    ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
    (void)ignored;
    _exit(STATUS_CANNOT_LOOK);
}

char *str_vformat(const char *format, va_list arguments) {
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        out_of_memory();
    }
    return text;
}

char *str_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = str_vformat(format, arguments);
    va_end(arguments);
    return text;
}

char *str_copy(const char *text) {
    char *copy = strdup(text);
    if (copy == NULL) {
        out_of_memory();
    }
    return copy;
}

void print_duration(FILE *out, long long ms) {
    if (ms < 1000) {
        fprintf(out, "%lld ms", ms);
    } else if (ms < 120000) {
        fprintf(out, "%.1f s", (double)ms / 1000);
    } else {
        fprintf(out, "%lld minutes", ms / 60000);
    }
}

void *mem_new(size_t count, size_t size) {
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL) {
        out_of_memory();
    }
    return memory;
}

void *mem_grow(void *array, size_t used, size_t *room, size_t size) {
    if (used < *room) {
        return array;
    }
    size_t wanted = *room == 0 ? 16 : *room * 2;
    void *grown = reallocarray(array, wanted, size);
    if (grown == NULL) {
        out_of_memory();
    }
    *room = wanted;
    return grown;
}
