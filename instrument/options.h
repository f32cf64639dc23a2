/* options.h - RADDLE_OPTIONS, as detector/options.def has its keys. */
#ifndef RADDLE_INSTRUMENT_OPTIONS_H
#define RADDLE_INSTRUMENT_OPTIONS_H

#include "detector/detector.h"

/* Fills *out with the initial values, then with those of text (NULL: none). A word it cannot take
 * is one line on standard error and the end of the process with 125: see API.md. Memory: texts are
 * copied once and stay. Zone: COLD. */
__attribute__((visibility("hidden"))) void options_read(struct det_options *out, const char *text);

/* As above, but returns the fault instead of ending: NULL, or what is wrong with *word. */
__attribute__((visibility("hidden"))) const char *options_parse(struct det_options *out, char *text,
                                                                const char **word);

#endif
