/* signal_names.h - which signal does an option name?
 *
 * As a user may write it: QUIT, SIGQUIT, or a number of Linux on x86-64. Only those that a handler may take and that
 * come from outside: not KILL and STOP, nor what a fault of the program raises. No libc: read before it is ready.
 */
#ifndef RADDLE_DETECTOR_SIGNAL_NAMES_H
#define RADDLE_DETECTOR_SIGNAL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#define SIGNAL_NAMES_LAST 64

static inline bool signal_names_same(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static inline bool signal_names_may_be(int number) {
    static const unsigned char faults[] = {4,  5,  6,  7,  8, 9,
                                           11, 19, 31, 32, 33}; /* or libc's own */
    bool may = number >= 1 && number <= SIGNAL_NAMES_LAST;
    for (size_t i = 0; i < sizeof faults; i++) {
        may = may && number != faults[i];
    }
    return may;
}

/* The number; 0: it names none that may be. */
static inline int signal_names_number(const char *text) {
    static const struct {
        const char *name;
        int number;
    } names[] = {{"HUP", 1},   {"INT", 2},   {"QUIT", 3},    {"USR1", 10},   {"USR2", 12},
                 {"PIPE", 13}, {"ALRM", 14}, {"TERM", 15},   {"STKFLT", 16}, {"CHLD", 17},
                 {"CONT", 18}, {"TSTP", 20}, {"TTIN", 21},   {"TTOU", 22},   {"URG", 23},
                 {"XCPU", 24}, {"XFSZ", 25}, {"VTALRM", 26}, {"PROF", 27},   {"WINCH", 28},
                 {"IO", 29},   {"POLL", 29}, {"PWR", 30},    {"RTMIN", 34},  {"RTMAX", 64}};
    const char *name = text[0] == 'S' && text[1] == 'I' && text[2] == 'G' ? text + 3 : text;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (signal_names_same(name, names[i].name)) {
            return names[i].number;
        }
    }
    int number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && number <= SIGNAL_NAMES_LAST; at++) {
        number = number * 10 + (*at - '0');
    }
    return *at == '\0' && signal_names_may_be(number) ? number : 0;
}

#endif
