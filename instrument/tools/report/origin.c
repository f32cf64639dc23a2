/* origin.c - see origin.h. */
#include "instrument/tools/report/origin.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

struct origin {
    uint64_t address;
    char *name;     /* of its own; NULL: none */
    char *stack_of; /* whose stack it lies on; NULL: on nobody's, or it is a known variable there */
    json_t *created; /* the stacks: NULL where they are not known */
    json_t *allocated;
    json_t *variable; /* NULL: none that is known */
};

static const char *object_kind(uint32_t kind) {
    static const char *const names[] = {
#define X(name, text) text,
        EV_OBJECT_KINDS(X)
#undef X
    };
    return kind < sizeof names / sizeof names[0] ? names[kind] : "object";
}

/* What it was told to be, or else what is said of it: what is done there tells an rwlock of POSIX from an rwmutex. */
static const char *kind_of(uint32_t told, const char *said) {
    bool is_rwlock = told == EV_OBJECT_RWMUTEX && strcmp(said, ORIGIN_RWLOCK) == 0;
    return told == RAW_OBJECT_UNKNOWN || is_rwlock ? said : object_kind(told);
}

/* -- what is known ------------------------------------------------------------------------- */

/* The memory around it. */
static void look_at_block(struct origin *origin, const struct scene *scene, size_t item) {
    struct raw_block block;
    raw_copy(&scene->record->items[item], &block, sizeof block);
    if (block.kind == 0) {
        const struct raw_item *stack = raw_find(scene->record, item, ITEM_STACK, ROLE_CREATED);
        origin->allocated = stack == NULL ? NULL : piece_stack(scene, stack);
    } else if (block.kind == 1) {
        origin->variable = piece_local(scene, item, origin->address, 1, NULL);
        origin->stack_of = origin->variable == NULL ? piece_task_label(scene, block.task) : NULL;
    } else {
        origin->variable =
            piece_local_to_thread(scene, block.addr + block.size, origin->address, 1, NULL);
    }
}

static struct origin origin_of(const struct scene *scene, size_t item, uint64_t address) {
    struct origin origin = {.address = address};
    if (item != RAW_NO_OWNER) {
        const struct raw_record *record = scene->record;
        const struct raw_item *made = raw_find(record, item, ITEM_STACK, ROLE_CREATED);
        const struct raw_item *block = raw_find(record, item, ITEM_BLOCK, ROLE_WHERE);
        origin.name = raw_text(raw_find(record, item, ITEM_TEXT, ROLE_NAME));
        origin.created = made == NULL ? NULL : piece_stack(scene, made);
        if (block != NULL) {
            look_at_block(&origin, scene, (size_t)(block - record->items));
        }
    }
    if (origin.variable == NULL && address != 0) {
        origin.variable = piece_variable(scene, address, 1, NULL);
    }
    return origin;
}

static void release(struct origin *origin) {
    free(origin->name);
    free(origin->stack_of);
    json_decref(origin->created);
    json_decref(origin->allocated);
    json_decref(origin->variable);
}

/* -- in words ------------------------------------------------------------------------------ */

static bool is_local(const struct origin *origin) {
    return origin->variable != NULL && field_is(origin->variable, "kind", "stack");
}

/* Of a local variable none: whether it is known depends on the compiler, and ids must not. */
static const char *name_of(const struct origin *origin) {
    return origin->name != NULL ? origin->name
           : is_local(origin)   ? NULL
                                : json_string_value(json_object_get(origin->variable, "name"));
}

char *origin_variable_name(const char *name) {
    static const char section[] = "gomp_critical_user_";
    const char *inside = strstr(name, "._M_"), *named = strstr(name, section);
    name = named == NULL ? name : named + strlen(section);
    return inside == NULL ? str_copy(name) : str_format("%.*s", (int)(inside - name), name);
}

/* A new string. */
static char *label_with_name(const char *kind, const char *name) {
    char *shown = origin_variable_name(name);
    char *label = str_format("%s%s`%s`", kind, kind[0] == '\0' ? "" : " ", shown);
    free(shown);
    return label;
}

/* "made in open_account at bank.c:12"; where no caller is known, "made in rdl_errgroup_new". */
static char *call_of(const char *how, const json_t *stack) {
    if (field_is_set(piece_user_frame(stack), "hidden")) {
        return str_format("%s %s", how, piece_user_function(stack));
    }
    char *place = piece_frame_place(piece_user_frame(stack));
    char *text = str_format("%s %s at %s", how, piece_user_function(stack), place);
    free(place);
    return text;
}

/* What stands behind its kind, where it has no name. */
static char *place_of(const struct origin *origin) {
    if (is_local(origin)) {
        char *name = label_with_name("", field_text(origin->variable, "name"));
        char *place = str_format("%s of %s", name, field_text(origin->variable, "function"));
        free(name);
        return place;
    }
    if (piece_user_frame(origin->created) != NULL) {
        return call_of("made in", origin->created);
    }
    if (piece_user_frame(origin->allocated) != NULL) {
        return call_of("in heap block from", origin->allocated);
    }
    return origin->stack_of != NULL ? str_format("on the stack of %s", origin->stack_of)
                                    : str_format("at 0x%" PRIx64, origin->address);
}

/* `nameless`: how one is called that has no name. */
static json_t *origin_json(const struct origin *origin, const char *kind, const char *nameless) {
    json_t *json = json_object();
    field_set_text(json, "kind", kind);
    json_object_set_new(json, "address", piece_address(origin->address));
    if (name_of(origin) == NULL && origin->address != 0) {
        char *place = place_of(origin);
        field_set_text(json, "place", place);
        field_take_text(json, "label", str_format("%s %s", nameless, place));
        free(place);
    }
    if (origin->created != NULL) {
        json_object_set(json, "created", origin->created);
    }
    if (origin->allocated != NULL) {
        json_object_set(json, "allocated", origin->allocated);
    }
    if (origin->variable != NULL) {
        json_object_set(json, "variable", origin->variable);
    }
    return json;
}

json_t *origin_object(const struct scene *scene, size_t item, uint64_t address, const char *kind) {
    struct raw_object raw = {.addr = address, .kind = RAW_OBJECT_UNKNOWN};
    if (item != RAW_NO_OWNER) {
        raw_copy(&scene->record->items[item], &raw, sizeof raw);
    }
    kind = kind_of(raw.kind, kind);
    struct origin origin = origin_of(scene, item, raw.addr);
    const char *name = name_of(&origin);
    json_t *json = origin_json(&origin, kind, kind);
    field_set_text(json, "name", origin.name);
    if (name != NULL) {
        field_take_text(json, "label", label_with_name(kind, name));
    } else if (raw.addr == 0) {
        field_take_text(json, "label", str_format("nil %s", kind));
    }
    release(&origin);
    return json;
}

json_t *origin_lock(const struct scene *scene, size_t item) {
    struct raw_lock raw;
    raw_copy(&scene->record->items[item], &raw, sizeof raw);
    struct origin origin = origin_of(scene, item, raw.addr);
    const char *name = name_of(&origin);
    bool runs = (raw.mode & EV_LOCK_ONCE) != 0, known = raw.object != 0 || runs;
    const char *kind = raw.object != 0 ? object_kind(raw.object - 1)
                       : runs          ? object_kind(EV_OBJECT_ONCE)
                                       : "lock";
    json_t *json = origin_json(&origin, kind, known ? kind : "the lock");
    field_set_text(json, "name", name);
    if (name != NULL) {
        field_take_text(json, "label", label_with_name("", name));
    } else if (raw.addr == 0) {
        field_set_text(json, "label", "a lock");
    }
    release(&origin);
    return json;
}
