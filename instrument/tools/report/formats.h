/* formats.h - the files a model can be written as, and the options that ask for them.
 *
 * A format is a row in formats.def and a file with its writer, which prints the model and knows
 * nothing of options. Both tools take all of them, each as often as there are files to write; "-" is
 * standard output. What two of them would write into one file would be neither: that is refused.
 */
#ifndef RADDLE_TOOLS_REPORT_FORMATS_H
#define RADDLE_TOOLS_REPORT_FORMATS_H

#include <stdbool.h>
#include <stdio.h>

#include "instrument/tools/report/model.h"

/* Print a whole model whose verdict is decided. Errors of the stream are the caller's to see. */
#define X(name, argument, help) void name##_write(FILE *out, const struct model *model);
#include "instrument/tools/report/formats.def"
#undef X

enum {
    FORMATS_FIRST_KEY = 0x1000, /* of argp; one for each row, in their order */
#define X(name, argument, help) FORMATS_KEY_##name,
#include "instrument/tools/report/formats.def"
#undef X
    FORMATS_END
};

/* A row of the table, as X, in a table of argp's options. */
#define FORMATS_ROW(name, argument, help) {#name, FORMATS_KEY_##name, argument, 0, help, 0},

/* What was asked for, in its order. Valid when zeroed. */
struct outputs {
    struct output {
        size_t format;    /* its row */
        const char *path; /* NULL: the format takes none */
    } * all;
    size_t n, room;
};

/* Is this argp's key of a format? */
bool outputs_has_key(int key);
/* Notes an option; does not return when its file cannot be written or is another format's. Returns
 * false when `key` is none of ours. */
bool outputs_set(struct outputs *outputs, int key, const char *path);
/* Was a file asked for? */
bool outputs_any_file(const struct outputs *outputs);
/* The name of the format that goes to standard output, NULL: none. to_stream: of those that take no file
 * the first. */
const char *outputs_on_standard(const struct outputs *outputs, bool to_stream);
/* Writes all that were asked for; formats without a file to `stream`. Returns NULL, or what went
 * wrong first (new string). */
char *outputs_write(const struct outputs *outputs, FILE *stream, const struct model *model);
void outputs_free(struct outputs *outputs);

#endif
