/* finding_misuse.c - an operation that is wrong by itself, as one sentence: detector/misuses.def has the words. */
#include "instrument/tools/report/findings.h"

#include <stdio.h>
#include <stdlib.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/origin.h"
#include "instrument/tools/report/say.h"

struct misuse {
    const char *class, *text, *why;
};

static const struct misuse misuses[] = {
#define X(name, class, text, why) {class, text, why},
#include "detector/misuses.def"
#undef X
};

static const char *deed_text(uint32_t deed) {
    static const char *const texts[] = {
#define X(name, text) text,
        FINDINGS_DEEDS(X)
#undef X
    };
    return deed < sizeof texts / sizeof texts[0] ? texts[deed] : "uses";
}

/* Of a copy that is used the runtime tells, of its own objects; all other misuse is seen where POSIX's are used. */
static const char *kind_of(const struct scene *scene, const struct raw_misuse *raw, size_t item) {
    struct raw_object object;
    raw_copy(&scene->record->items[item], &object, sizeof object);
    bool is_rwlock = object.kind == EV_OBJECT_RWMUTEX && raw->what != MISUSE_COPY_IN_USE;
    return is_rwlock ? ORIGIN_RWLOCK : "object";
}

/* Object number n of the record, or NULL. */
static json_t *object_at(const struct scene *scene, const struct raw_misuse *raw, size_t n) {
    size_t at = RAW_NO_OWNER;
    do {
        at = raw_next(scene->record, at, ITEM_OBJECT);
    } while (at != RAW_NO_OWNER && n-- > 0);
    return at == RAW_NO_OWNER ? NULL : origin_object(scene, at, 0, kind_of(scene, raw, at));
}

/* Who does it, and who else holds it: the others in the record only name parents. */
static json_t *tasks_of(const struct scene *scene, const struct raw_misuse *raw) {
    const uint64_t serials[] = {raw->task, raw->holder == raw->task ? 0 : raw->holder};
    json_t *tasks = json_array();
    for (size_t i = 0; i < sizeof serials / sizeof serials[0]; i++) {
        size_t at = serials[i] == 0 ? RAW_NO_OWNER : piece_find_task(scene, serials[i]);
        if (at == RAW_NO_OWNER) {
            continue;
        }
        json_t *task = piece_task(scene, at), *locks = piece_locks(scene, at);
        if (json_array_size(locks) != 0) {
            json_object_set(task, "holds", locks);
        }
        json_decref(locks);
        json_array_append_new(tasks, task);
    }
    return tasks;
}

/* The words of one letter of the text; a new string. */
static char *word(const struct scene *scene, const struct raw_misuse *raw, char letter) {
    if (letter == 'd') {
        return str_copy(deed_text(raw->deed));
    }
    if (letter == 't') {
        return piece_task_label(scene, raw->task);
    }
    if (letter == 'h') {
        bool itself = raw->holder == raw->task, unknown = raw->holder == 0;
        return itself    ? str_copy("it")
               : unknown ? str_copy("another thread")
                         : piece_task_label(scene, raw->holder);
    }
    json_t *object = object_at(scene, raw, letter == 'w' ? 1 : 0);
    char *label = str_copy(object == NULL ? "an object" : field_text(object, "label"));
    json_decref(object);
    return label;
}

static char *sentence(const struct scene *scene, const struct raw_misuse *raw, const char *text) {
    char *all = NULL;
    size_t bytes;
    FILE *out = open_memstream(&all, &bytes);
    if (out == NULL) {
        return str_copy(text);
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] != '\0') {
            char *part = word(scene, raw, *++at);
            fputs(part, out);
            free(part);
        } else {
            fputc(*at, out);
        }
    }
    fclose(out);
    return all;
}

static const char *severity(const struct raw_misuse *raw, bool portability, bool strict) {
    if (raw->what == MISUSE_NEVER_CANCELLED || raw->what == MISUSE_NEVER_FREED) {
        return strict ? "error" : "note";
    }
    bool lucky = raw->lucky != 0 && !portability;
    return raw->refused != 0 ? "note" : lucky ? "portability" : "error";
}

json_t *finding_misuse(const struct scene *scene, bool portability, bool strict) {
    struct raw_misuse raw;
    const struct raw_item *item = raw_find(scene->record, RAW_NO_OWNER, ITEM_MISUSE, ROLE_NONE);
    if (item == NULL) {
        return finding_message(scene, "misuse");
    }
    raw_copy(item, &raw, sizeof raw);
    if (raw.what >= sizeof misuses / sizeof misuses[0]) {
        return NULL;
    }
    const struct misuse *misuse = &misuses[raw.what];
    json_t *finding = json_object(), *object = object_at(scene, &raw, 0);
    char *text = sentence(scene, &raw, misuse->text);
    field_set_text(finding, "kind", "misuse");
    field_take_text(finding, "title", str_format("misuse: %s", text));
    field_set_text(finding, "severity", severity(&raw, portability, strict));
    field_set_text(finding, "class", misuse->class);
    field_take_text(finding, "message",
                    str_format("%s: %s%s", text, misuse->why,
                               raw.refused != 0 ? " (the call fails, and says so)" : ""));
    free(text);
    if (object != NULL) {
        json_object_set_new(finding, "object", object);
    }
    json_t *source = json_object();
    piece_set_source_stack(source, "stack", scene,
                           raw_find(scene->record, RAW_NO_OWNER, ITEM_STACK, ROLE_WHERE));
    json_t *stacks = json_array();
    json_array_append(stacks, json_object_get(source, "stack"));
    json_object_set_new(finding, "stacks", stacks);
    json_t *snippet = json_object_get(source, "snippet");
    if (snippet != NULL) {
        json_object_set(finding, "snippet", snippet);
    }
    json_decref(source);
    json_object_set_new(finding, "tasks", tasks_of(scene, &raw));
    return finding;
}
