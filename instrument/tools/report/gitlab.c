/* gitlab.c - the findings as GitLab's code quality report: what a merge request adds is shown in it. */
#include <stdlib.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/place.h"
#include "instrument/tools/report/say.h"

static const char *severity(const json_t *finding) {
    return field_is(finding, "severity", "error")         ? "critical"
           : field_is(finding, "severity", "portability") ? "minor"
                                                          : "info";
}

static json_t *entry_of(const char *root, const json_t *finding) {
    json_int_t line;
    const struct place place = place_of(finding);
    const char *path = place_shown(&place, root, &line);
    json_t *entry = json_object(), *where = json_object();
    field_set_text(entry, "description", field_text(finding, "title"));
    field_take_text(entry, "check_name", str_format("raddle/%s", field_text(finding, "kind")));
    field_set_text(entry, "fingerprint", field_text(finding, "id"));
    field_set_text(entry, "severity", severity(finding));
    field_set_text(where, "path", path);
    json_object_set_new(where, "lines", json_pack("{s:I}", "begin", line));
    json_object_set_new(entry, "location", where);
    return entry;
}

void gitlab_write(FILE *out, const struct model *model) {
    char *root = place_root();
    fputc('[', out);
    for (size_t i = 0; i < model->findings.n; i++) {
        json_t *finding = store_get(&model->findings, i), *entry = entry_of(root, finding);
        fputs(i == 0 ? "\n" : ",\n", out);
        json_dumpf(entry, out, JSON_COMPACT);
        json_decref(entry);
        json_decref(finding);
    }
    fputs("\n]\n", out);
    free(root);
}
