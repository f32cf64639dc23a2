/* fuzz_findings.c - bytes are a findings file or a model in JSON, and raddle-report shows them.
 *
 * Nothing may crash, whatever the bytes are; and what is made of raw records is a model: written and read
 * again it is taken.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/model.h"
#include "instrument/tools/report/text.h"
#include "instrument/tools/report/verdict.h"

struct scratch {
    int fd;
    char path[32];
};

static struct scratch scratch_make(void) {
    struct scratch s = {.fd = memfd_create("fuzz", 0)};
    if (s.fd < 0) {
        perror("memfd_create");
        abort();
    }
    snprintf(s.path, sizeof s.path, "/proc/self/fd/%d", s.fd);
    return s;
}

static struct model *model_of_records(const char *path) {
    static const struct verdict_facts facts = {0};
    static const struct model_options options = {.strip_path_prefix = ""};
    struct raw_log log = {0};
    struct modules modules = {0};
    char *error = raw_read(&log, path);
    struct model *model = NULL;
    if (error == NULL) {
        model = model_from_raw(&log, &modules, &options);
        verdict_examine(model, &facts);
        modules_free(&modules);
        raw_free(&log);
    }
    free(error);
    return model;
}

static struct model *model_of_json(const char *path) {
    char *error;
    struct model *model = model_read(path, &error);
    free(error);
    return model;
}

/* As raddle-report does with a file. Takes the model. */
static void show(struct model *more) {
    static const struct text_options colored = {.color = true, .columns = 160};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct model *model = model_new();
    model_merge(model, more);
    verdict_decide(model);
    text_print(model, nowhere, &colored);
    FILE *page = fdopen(nowhere, "w");
    if (page == NULL) {
        perror("fdopen");
        abort();
    }
    html_write(page, model);
    model_free(model);
    fclose(page);
}

static void check_written(const struct model *model) {
    struct scratch s = scratch_make();
    struct outputs outputs = {0};
    outputs_set(&outputs, FORMATS_KEY_json, s.path);
    char *error = outputs_write(&outputs, stderr, model);
    outputs_free(&outputs);
    struct model *again = error == NULL ? model_of_json(s.path) : NULL;
    if (again == NULL) {
        fprintf(stderr, "a model that cannot be read again: %s\n", error == NULL ? "" : error);
        abort();
    }
    show(again);
    close(s.fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct scratch s = scratch_make();
    if (write(s.fd, bytes, size) != (ssize_t)size) {
        perror("write");
        abort();
    }
    if (raw_is_findings(s.path)) {
        struct model *model = model_of_records(s.path);
        if (model != NULL) {
            check_written(model);
            show(model);
        }
    } else {
        struct model *model = model_of_json(s.path);
        if (model != NULL) {
            show(model);
        }
    }
    close(s.fd);
    return 0;
}
