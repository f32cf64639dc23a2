/* json.c - the model as its file: one finding, process or limit per line. */
#include <jansson.h>
#include <string.h>

#include "instrument/tools/report/formats.h"

static void write_array(FILE *out, const json_t *array) {
    size_t i;
    json_t *entry;
    fputc('[', out);
    json_array_foreach(array, i, entry) {
        fputs(i == 0 ? "\n" : ",\n", out);
        json_dumpf(entry, out, JSON_COMPACT | JSON_ENCODE_ANY);
    }
    fputs(json_array_size(array) == 0 ? "]" : "\n]", out);
}

/* A finding that came once stands there as it was read: most of a merge of many files is copied. */
static void write_findings(FILE *out, const char *name, const struct store *store) {
    fprintf(out, ",\n\"%s\": [", name);
    for (size_t i = 0; i < store->n; i++) {
        fputs(i == 0 ? "\n" : ",\n", out);
        if (store->all[i].changed == NULL) {
            fputs(store->all[i].line, out);
        } else {
            json_t *finding = store_get(store, i);
            json_dumpf(finding, out, JSON_COMPACT);
            json_decref(finding);
        }
    }
    fputs(store->n == 0 ? "]" : "\n]", out);
}

/* The fields of the head that are arrays, or those that are not. */
static void write_fields(FILE *out, const json_t *head, bool arrays) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)head, key, value) {
        if (json_is_array(value) != arrays || strcmp(key, "schema") == 0) {
            continue;
        }
        json_t *name = json_string(key);
        fputs(",\n", out);
        json_dumpf(name, out, JSON_ENCODE_ANY);
        fputs(": ", out);
        json_decref(name);
        if (arrays) {
            write_array(out, value);
        } else {
            json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY);
        }
    }
}

void json_write(FILE *out, const struct model *model) {
    fputs("{\n\"schema\": \"" MODEL_SCHEMA "\"", out);
    write_fields(out, model->head, false);
    write_findings(out, "findings", &model->findings);
    write_findings(out, "accepted", &model->accepted);
    write_fields(out, model->head, true);
    fputs("\n}\n", out);
}
