/* formats.c - which files were asked for, and writing them; see formats.h. */
#include "instrument/tools/report/formats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"

static const struct format {
    const char *name;
    void (*write)(FILE *out, const struct model *model);
} formats[] = {
#define X(name, argument, help) {#name, name##_write},
#include "instrument/tools/report/formats.def"
#undef X
};

static bool is_standard(const char *path) {
    return strcmp(path, "-") == 0;
}

bool outputs_has_key(int key) {
    return key > FORMATS_FIRST_KEY && key < FORMATS_END;
}

/* Would what is written to one be gone, or mixed, when the other is written? */
static bool is_same_place(const struct output *a, const struct output *b) {
    if (a->path == NULL || b->path == NULL) {
        return a->format == b->format;
    }
    bool standard = is_standard(a->path) && is_standard(b->path);
    return standard ||
           (!is_standard(a->path) && !is_standard(b->path) && file_is_same(a->path, b->path));
}

/* Has it been asked for already? Does not return when its place is another format's. */
static bool is_known(const struct outputs *outputs, const struct output *wanted) {
    for (size_t i = 0; i < outputs->n; i++) {
        const struct output *known = &outputs->all[i];
        if (!is_same_place(known, wanted)) {
            continue;
        }
        if (known->format != wanted->format) {
            say_fatal(
                "%s: asked for by --%s and --%s: they would overwrite each other; name two files",
                is_standard(wanted->path) ? "standard output" : wanted->path,
                formats[known->format].name, formats[wanted->format].name);
        }
        return true;
    }
    return false;
}

bool outputs_set(struct outputs *outputs, int key, const char *path) {
    if (!outputs_has_key(key)) {
        return false;
    }
    const struct output wanted = {.format = (size_t)(key - FORMATS_FIRST_KEY - 1), .path = path};
    if (path != NULL && !is_standard(path)) {
        file_check_writable(path);
    }
    if (!is_known(outputs, &wanted)) {
        outputs->all = mem_grow(outputs->all, outputs->n, &outputs->room, sizeof *outputs->all);
        outputs->all[outputs->n++] = wanted;
    }
    return true;
}

bool outputs_any_file(const struct outputs *outputs) {
    for (size_t i = 0; i < outputs->n; i++) {
        if (outputs->all[i].path != NULL) {
            return true;
        }
    }
    return false;
}

const char *outputs_on_standard(const struct outputs *outputs, bool to_stream) {
    for (size_t i = 0; i < outputs->n; i++) {
        const char *path = outputs->all[i].path;
        if (to_stream ? path == NULL : path != NULL && is_standard(path)) {
            return formats[outputs->all[i].format].name;
        }
    }
    return NULL;
}

/* Where a document goes. A stream remembers that a write has failed, not why: by its end that is lost. */
struct sink {
    int fd;
    int why; /* of the first that failed; 0: none has */
};

static ssize_t sink_write(void *with, const char *text, size_t bytes) {
    struct sink *sink = with;
    if (sink->why == 0) {
        sink->why = fd_write(sink->fd, text, bytes);
    }
    return sink->why == 0 ? (ssize_t)bytes : 0;
}

/* Returns 0 or an errno. */
static int write_to(int fd, const struct format *format, const struct model *model) {
    struct sink sink = {.fd = fd};
    FILE *file = fopencookie(&sink, "w", (cookie_io_functions_t){.write = sink_write});
    if (file == NULL) {
        return ENOMEM;
    }
    format->write(file, model);
    bool failed = fclose(file) != 0;
    return sink.why == 0 && failed ? EIO : sink.why;
}

static char *write_one(const struct format *format, const char *path, FILE *stream,
                       const struct model *model) {
    bool to_file = path != NULL && !is_standard(path);
    int fd = to_file ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
                     : fileno(path != NULL ? stdout : stream);
    int why = fd < 0 ? errno : write_to(fd, format, model);
    if (fd >= 0 && to_file && close(fd) != 0 && why == 0) {
        why = errno;
    }
    const char *name = path == NULL ? format->name : to_file ? path : "standard output";
    return why == 0 ? NULL : str_format("%s: cannot be written: %s", name, strerror(why));
}

char *outputs_write(const struct outputs *outputs, FILE *stream, const struct model *model) {
    char *first = NULL;
    for (size_t i = 0; i < outputs->n; i++) {
        const struct output *output = &outputs->all[i];
        char *error = write_one(&formats[output->format], output->path, stream, model);
        if (first == NULL) {
            first = error;
        } else {
            free(error);
        }
    }
    return first;
}

void outputs_free(struct outputs *outputs) {
    free(outputs->all);
    *outputs = (struct outputs){0};
}
