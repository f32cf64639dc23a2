/* leak_counts.c - see leak_counts.h. */
#include "instrument/tools/report/leak_counts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/findings.h"
#include "instrument/tools/report/say.h"

static json_int_t count_of(const json_t *finding) {
    return field_number(json_array_get(json_object_get(finding, "tasks"), 0), "count");
}

/* What groups have in common that are counted together: the process, the test whose end they have outlived, and what is
 * said of them but for their number. A new string. */
static char *group_of(const struct scene *scene, const json_t *finding) {
    char *test = raw_text(raw_find(scene->record, RAW_NO_OWNER, ITEM_TEXT, ROLE_ENDED));
    char *title = finding_leak_title(finding, 1);
    int64_t start_ns = scene->process == NULL ? 0 : scene->process->raw.start_ns;
    char *group = str_format("%" PRIu32 " %" PRId64 " %s %s", scene->record->pid, start_ns,
                             test == NULL ? "" : test, title);
    free(test);
    free(title);
    return group;
}

void leak_counts_add(struct leak_counts *counts, const struct scene *scene, const json_t *finding) {
    if (scene->record->kind != RECORD_LEAK) {
        return;
    }
    counts->of = counts->of == NULL ? json_object() : counts->of;
    const char *id = field_text(finding, "id");
    json_t *known = json_object_get(counts->of, id);
    char *group = group_of(scene, finding);
    if (known == NULL) {
        known = json_object();
        field_set_text(known, "group", group);
        field_set_number(known, "tasks", count_of(finding));
        json_object_set_new(counts->of, id, known);
    } else if (field_is(known, "group", group)) {
        json_int_t tasks = number_sum(field_number(known, "tasks"), count_of(finding));
        field_set_number(known, "tasks", tasks);
        field_set_flag(known, "more", true);
    }
    free(group);
}

static void correct(struct store *store, const char *id, json_int_t tasks) {
    json_t *finding = store_find(store, id), *changed = json_object();
    json_t *first = json_array_get(json_object_get(finding, "tasks"), 0);
    if (first != NULL) {
        field_set_number(first, "count", tasks);
        json_object_set(changed, "tasks", json_object_get(finding, "tasks"));
        field_take_text(changed, "title", finding_leak_title(finding, tasks));
        store_change(store, id, changed);
    }
    json_decref(changed);
    json_decref(finding);
}

void leak_counts_correct(const struct leak_counts *counts, struct store *store) {
    const char *id;
    json_t *known;
    json_object_foreach(counts->of, id, known) {
        if (field_is_set(known, "more") && store_has(store, id)) {
            correct(store, id, field_number(known, "tasks"));
        }
    }
}

void leak_counts_free(struct leak_counts *counts) {
    json_decref(counts->of);
    *counts = (struct leak_counts){0};
}
