/* options.h - what RADDLE_OPTIONS, RADDLE_MAXPROCS and RADDLE_TRACEBACK say. */
#ifndef RDL__OPTIONS_H
#define RDL__OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a crash prints, least first. */
enum traceback {
    TRACEBACK_NONE,
    TRACEBACK_SINGLE,
    TRACEBACK_ALL,
    TRACEBACK_SYSTEM,
    TRACEBACK_CRASH
};

struct rdl__options {
    int maxprocs; /* 0: not said */
    size_t stack_bytes;
    uint64_t seed; /* 0: a new one each run */
    enum traceback traceback;
};

/* Filled by a constructor, before main: an unknown key or a bad value is one line and 125. */
const struct rdl__options *rdl__options_get(void);

#endif
