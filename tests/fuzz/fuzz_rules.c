/* fuzz_rules.c - bytes are a file of suppressions (first byte below 128) or of a baseline.
 *
 * Whatever they are, reading and matching does not crash. A baseline that was read can be updated: read
 * again it accepts the finding, and what was updated twice is what was updated once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "instrument/tools/report/baseline.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/suppress.h"

static const char finding_text[] =
    "{\"kind\":\"data-race\",\"id\":\"R0123456789ab\",\"severity\":\"error\",\"title\":\"a\\nb\","
    "\"count\":1,\"processes\":[1],\"accesses\":[{\"stack\":[{\"pc\":\"0x1\",\"function\":\"f(int*)"
    "\","
    "\"file\":\"/src/a.c\",\"line\":3,\"module\":\"/lib/libx.so\"}]}],\"object\":{\"name\":\"x\"}}";

static struct model *model_with_finding(void) {
    struct model *model = model_new();
    store_add(&model->findings, json_loads(finding_text, 0, NULL));
    return model;
}

static void suppress(const char *path) {
    struct rules rules = {0};
    char *error = suppressions_read(&rules, path);
    if (error == NULL) {
        struct model *model = model_with_finding();
        model_accept(model, &rules);
        rules_tell(&rules, model->head);
        rules_judge(model->head);
        model_free(model);
    }
    free(error);
    rules_free(&rules);
}

static char *updated(const char *path, bool rewrite) {
    size_t bytes;
    struct rules rules = {0};
    struct model *model = model_with_finding();
    char *error = baseline_read(&rules, path, false);
    if (error == NULL) {
        model_accept(model, &rules);
        struct baseline_change change;
        error = (rewrite ? baseline_rewrite : baseline_add)(&rules, path, model, &change);
        const struct rule *rule = rules_entry(&rules, "R0123456789ab");
        if (error != NULL || rule == NULL || (!rule->expired && model->accepted.n != 1)) {
            fprintf(stderr, "a baseline that cannot be updated: %s\n", error == NULL ? "" : error);
            abort();
        }
        rules_tell(&rules, model->head);
        rules_judge(model->head);
    }
    bool was_read = error == NULL;
    free(error);
    model_free(model);
    rules_free(&rules);
    return was_read ? file_text(path, &bytes) : NULL;
}

static void update(const char *path) {
    for (int rewrite = 0; rewrite < 2; rewrite++) {
        char *once = updated(path, rewrite != 0);
        char *twice = once == NULL ? NULL : updated(path, rewrite != 0);
        if (once != NULL && (twice == NULL || strcmp(once, twice) != 0)) {
            fprintf(stderr, "updated once:\n%s\ntwice:\n%s\n", once, twice == NULL ? "?" : twice);
            abort();
        }
        free(once);
        free(twice);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char path[32];
    int fd = memfd_create("fuzz", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (size == 0 || fd < 0 || write(fd, bytes + 1, size - 1) != (ssize_t)(size - 1)) {
        close(fd);
        return 0;
    }
    if (bytes[0] < 128) {
        suppress(path);
    } else {
        update(path);
    }
    close(fd);
    return 0;
}
