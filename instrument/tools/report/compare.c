/* compare.c - two models against each other; see compare.h. */
#include "instrument/tools/report/compare.h"

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

static void add_rules(struct rules *rules, const struct store *store, const char *path) {
    for (size_t i = 0; i < store->n; i++) {
        if (store->all[i].id != NULL && rules_entry(rules, store->all[i].id) == NULL) {
            const struct rule rule = {.text = str_copy(store->all[i].id), .file = str_copy(path)};
            rules_add(rules, &rule);
        }
    }
}

static void tell_gone(struct model *model, const struct store *old, const char *path) {
    for (size_t i = 0; i < old->n; i++) {
        const char *id = old->all[i].id;
        if (id == NULL || store_has(&model->findings, id) || store_has(&model->accepted, id)) {
            continue;
        }
        json_t *finding = store_get(old, i),
               *condition = json_pack("{s:s,s:b}", "kind", "gone", "blind", 0);
        field_take_text(
            condition, "text",
            str_format("no longer met, as in %s: %s %s", path, id, field_text(finding, "title")));
        json_array_append_new(json_object_get(model->head, "conditions"), condition);
        json_decref(finding);
    }
}

void compare(struct model *model, const struct model *old, const char *path) {
    struct rules rules = {0};
    add_rules(&rules, &old->findings, path);
    add_rules(&rules, &old->accepted, path);
    model_accept(model, &rules);
    tell_gone(model, &old->findings, path);
    rules_free(&rules);
    model->older = path;
}
