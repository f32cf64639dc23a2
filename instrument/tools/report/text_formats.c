/* text_formats.c - the table of text_formats.h. */
#include "instrument/tools/report/text_formats.h"

#include <string.h>

#include "instrument/tools/report/say.h"

static const struct text_format text_formats[] = {
    {"raddle", NULL, NULL},
    {"go", text_go_finding, text_go_end},
    {"tsan", text_tsan_finding, text_tsan_end},
};

const struct text_format *text_format(const char *name) {
    for (size_t i = 0; i < sizeof text_formats / sizeof text_formats[0]; i++) {
        if (strcmp(text_formats[i].name, name) == 0) {
            return &text_formats[i];
        }
    }
    say_fatal("bad value '%s' for --format: it must be raddle, go or tsan", name);
}
