/* formats.c - which files were asked for, and writing them; see formats.h. */
#include "instrument/tools/report/formats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"

static const struct format {
    const char *name;
    bool takes_file;
    void (*write)(FILE *out, const struct model *model);
} formats[] = {
#define X(name, argument, help) {#name, (argument) != NULL, name##_write},
#include "instrument/tools/report/formats.def"
#undef X
};

static bool is_standard(const char *path) {
    return strcmp(path, "-") == 0;
}

bool outputs_set(struct outputs *outputs, int key, const char *path) {
    if (key <= FORMATS_FIRST_KEY || key >= FORMATS_END) {
        return false;
    }
    size_t which = (size_t)(key - FORMATS_FIRST_KEY - 1);
    if (!formats[which].takes_file) {
        outputs->paths[which] = ""; /* asked for is enough */
        return true;
    }
    if (!is_standard(path)) {
        file_check_writable(path);
    }
    outputs->paths[which] = path;
    return true;
}

bool outputs_any_file(const struct outputs *outputs) {
    for (size_t i = 0; i < FORMATS; i++) {
        if (outputs->paths[i] != NULL && formats[i].takes_file) {
            return true;
        }
    }
    return false;
}

/* Returns 0 or an errno. */
static int finish(FILE *file, bool close) {
    errno = 0;
    bool failed = fflush(file) != 0 || ferror(file) != 0;
    int why = errno;
    if (close && fclose(file) != 0 && !failed) {
        failed = true;
        why = errno;
    }
    return failed ? (why != 0 ? why : EIO) : 0;
}

static char *write_one(const struct format *format, const char *path, FILE *stream,
                       const struct model *model) {
    bool to_file = format->takes_file && !is_standard(path);
    FILE *file = to_file ? fopen(path, "we") : format->takes_file ? stdout : stream;
    if (file == NULL) {
        return str_format("%s: cannot be written: %s", path, strerror(errno));
    }
    format->write(file, model);
    int why = finish(file, to_file);
    return why == 0 ? NULL
                    : str_format("%s: cannot be written: %s",
                                 format->takes_file ? path : format->name, strerror(why));
}

char *outputs_write(const struct outputs *outputs, FILE *stream, const struct model *model) {
    char *first = NULL;
    for (size_t i = 0; i < FORMATS; i++) {
        if (outputs->paths[i] != NULL) {
            char *error = write_one(&formats[i], outputs->paths[i], stream, model);
            if (first == NULL) {
                first = error;
            } else {
                free(error);
            }
        }
    }
    return first;
}
