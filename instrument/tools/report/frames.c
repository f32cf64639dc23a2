/* frames.c - stacks: which frames are the user's, where they are, and what their source says. */
#include "instrument/tools/report/pieces.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/symbolize.h"
#include "instrument/tools/report/utf8.h"

json_t *piece_address(uint64_t address) {
    char text[24];
    snprintf(text, sizeof text, "0x%" PRIx64, address);
    return json_string(text);
}

/* -- frames -- */

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* The machinery below every stack, which tells a reader nothing. */
static bool is_machinery(const char *function, const char *path) {
    static const char *const names[] = {"_start", "start_thread", "clone", "clone3", "__clone3"};
    if (path != NULL && module_is_ours(path)) {
        return true;
    }
    if (function == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(function, names[i]) == 0) {
            return true;
        }
    }
    return starts_with(function, "rdl_") || starts_with(function, "__libc_start_") ||
           starts_with(function, "__tsan_");
}

const char *piece_shown_file(const struct scene *scene, const char *file) {
    size_t length = strlen(scene->strip_path_prefix);
    return length != 0 && strncmp(file, scene->strip_path_prefix, length) == 0 ? file + length
                                                                               : file;
}

static const char *module_note(const struct module *module) {
    switch (module->state) {
    case MODULE_CHANGED:
        return "the file was built again since this run: its lines are not known";
    case MODULE_MISSING:
        return module->path[0] == '/' ? "the file cannot be read any more" : NULL;
    case MODULE_READABLE:
        break;
    }
    return NULL;
}

static const char hex_digits[] = "0123456789abcdef";

/* Of a frame without a name: with it the symbols can be found elsewhere. */
static void set_build_id(json_t *json, const struct module *module) {
    char hex[2 * sizeof module->build_id + 1];
    for (size_t i = 0; i < module->build_id_bytes; i++) {
        hex[2 * i] = hex_digits[module->build_id[i] >> 4];
        hex[2 * i + 1] = hex_digits[module->build_id[i] & 15];
    }
    hex[2 * module->build_id_bytes] = '\0';
    field_set_text(json, "build_id", module->build_id_bytes == 0 ? NULL : hex);
}

static void set_note(json_t *json, const struct module *module, const struct frame *frame) {
    const char *note = module_note(module);
    if (frame->missing != NULL) {
        field_take_text(
            json, "note",
            str_format("%s cannot be read: it has the names of this code", frame->missing));
    } else if (note == NULL && frame->function == NULL && !module_is_system(module->path) &&
               module->state == MODULE_READABLE) {
        field_set_text(json, "note",
                       "no names: the file was stripped; -o debug_path=DIR may name a whole copy");
    } else {
        field_set_text(json, "note", note);
    }
}

static void add_frame(const struct scene *scene, json_t *stack, const struct loaded_module *loaded,
                      const struct frame *frame, uint64_t pc) {
    json_t *json = json_object();
    json_object_set_new(json, "pc", piece_address(pc));
    const char *path = loaded == NULL ? NULL : loaded->module->path;
    if (loaded != NULL) {
        field_set_text(json, "module", path);
        json_object_set_new(json, "offset", piece_address(pc - loaded->raw.bias));
        set_note(json, loaded->module, frame);
        if (frame->function == NULL) {
            set_build_id(json, loaded->module);
        }
    }
    field_set_text(json, "function", frame->function);
    if (frame->file != NULL) {
        field_set_text(json, "file", piece_shown_file(scene, frame->file));
        field_set_number(json, "line", frame->line);
    }
    if (frame->column > 0) {
        field_set_number(json, "column", frame->column);
    }
    if (frame->inlined) {
        json_object_set_new(json, "inlined", json_true());
    }
    if (is_machinery(frame->function, path)) {
        json_object_set_new(json, "hidden", json_true());
    }
    if ((path != NULL && module_is_system(path)) ||
        (frame->file != NULL && module_is_system(frame->file))) {
        json_object_set_new(json, "system", json_true());
    }
    json_array_append_new(stack, json);
}

bool piece_is_users(const json_t *frame) {
    return !field_is_set(frame, "hidden") && !field_is_set(frame, "system");
}

/* What lies below the user's outermost frame (a thread's start in the C++ library) is machinery. */
static void hide_outermost(json_t *stack) {
    size_t end = json_array_size(stack), users = end;
    while (users > 0 && !piece_is_users(json_array_get(stack, users - 1))) {
        users--;
    }
    for (size_t i = users; users > 0 && i < end; i++) {
        json_object_set_new(json_array_get(stack, i), "hidden", json_true());
    }
}

/* Frames that were not recorded. */
static void add_gap(json_t *stack, uint64_t frames) {
    json_t *json = json_object();
    json_object_set_new(json, "pc", piece_address(0));
    json_object_set_new(json, "omitted", json_integer((json_int_t)frames));
    json_object_set_new(json, "hidden", json_true());
    json_array_append_new(stack, json);
}

static void mark_folded(json_t *stack) {
    size_t n = json_array_size(stack);
    while (n > 1 && field_is_set(json_array_get(stack, n - 1), "hidden")) {
        n--;
    }
    if (n != 0) {
        json_object_set_new(json_array_get(stack, n - 1), "folded", json_true());
    }
}

static const struct loaded_module *module_of(const struct scene *scene, uint64_t pc) {
    return process_module_at(scene->processes, scene->process, scene->index, pc - 1);
}

/* in_full: with files, lines and what was inlined. */
static json_t *frames_at(const struct scene *scene, const struct loaded_module *loaded, uint64_t pc,
                         bool in_full) {
    struct frames frames = {0};
    json_t *all = json_array();
    uint64_t address = pc - loaded->raw.bias;
    if (in_full) {
        symbolize_pc(loaded->module, address, &frames);
    } else {
        symbolize_name(loaded->module, address, &frames);
    }
    for (size_t k = 0; k < frames.n; k++) {
        add_frame(scene, all, loaded, &frames.all[k], pc);
    }
    frames_free(&frames);
    return all;
}

/* What a frame is made of. */
static void ask_for_frame(struct question *question, const struct loaded_module *loaded,
                          uint64_t pc) {
    question_add(question, pc);
    question_add_pointer(question, loaded == NULL ? NULL : loaded->module);
    question_add(question, loaded == NULL ? 0 : loaded->raw.bias);
}

static json_t *recall_frames(const struct scene *scene, const struct loaded_module *loaded,
                             uint64_t pc, bool in_full) {
    struct question question = {.n = 0};
    question_add(&question, RECALL_FRAMES);
    question_add(&question, in_full);
    ask_for_frame(&question, loaded, pc);
    const struct answer *answer = recall_find(scene->recall, &question);
    json_t *all =
        answer != NULL ? json_incref(answer->json) : frames_at(scene, loaded, pc, in_full);
    if (answer == NULL) {
        recall_keep(scene->recall, &question, all, NULL);
    }
    question_free(&question);
    return all;
}

/* Copies: what lies around a frame decides whether it is hidden. */
static void add_frames(const struct scene *scene, json_t *stack, uint64_t pc, bool in_full) {
    const struct loaded_module *loaded = module_of(scene, pc);
    size_t i;
    json_t *frame;
    if (loaded == NULL) {
        add_frame(scene, stack, NULL, &(struct frame){0}, pc);
        return;
    }
    json_t *all = recall_frames(scene, loaded, pc, in_full);
    json_array_foreach(all, i, frame) {
        json_array_append_new(stack, json_copy(frame));
    }
    json_decref(all);
}

static uint64_t pc_at(const struct raw_item *item, size_t i) {
    uint64_t pc;
    memcpy(&pc, (const char *)item->data + i * sizeof pc, sizeof pc);
    return pc;
}

/* How many of the n frames there are down to the outermost in a module of the user's. What lies below
 * is hidden in every report (hide_outermost), so its name is enough. */
static size_t frames_to_users(const struct scene *scene, const struct raw_item *item, size_t n) {
    for (size_t i = n; i > 0; i--) {
        uint64_t pc = pc_at(item, i - 1);
        const struct loaded_module *loaded =
            (pc & ITEM_STACK_GAP) != 0 ? NULL : module_of(scene, pc);
        if (loaded != NULL && !module_is_system(loaded->module->path) &&
            !module_is_ours(loaded->module->path)) {
            return i;
        }
    }
    return n; /* none: all are shown */
}

static json_t *make_stack(const struct scene *scene, const struct raw_item *item) {
    json_t *stack = json_array();
    size_t n = item == NULL ? 0 : item->bytes / sizeof(uint64_t);
    size_t in_full = frames_to_users(scene, item, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t pc = pc_at(item, i);
        if ((pc & ITEM_STACK_GAP) != 0) {
            add_gap(stack, pc & ~ITEM_STACK_GAP);
        } else {
            add_frames(scene, stack, pc, i < in_full);
        }
    }
    hide_outermost(stack);
    library_fold(stack);
    if (item != NULL && (item->flags & ITEM_STACK_FOLDED) != 0) {
        mark_folded(stack);
    }
    return stack;
}

static void ask_for_stack(struct question *question, enum recall_kind kind,
                          const struct scene *scene, const struct raw_item *item) {
    size_t n = item == NULL ? 0 : item->bytes / sizeof(uint64_t);
    question_add(question, kind);
    question_add(question, item != NULL && (item->flags & ITEM_STACK_FOLDED) != 0);
    for (size_t i = 0; i < n; i++) {
        uint64_t pc = pc_at(item, i);
        ask_for_frame(question, (pc & ITEM_STACK_GAP) != 0 ? NULL : module_of(scene, pc), pc);
    }
}

json_t *piece_stack(const struct scene *scene, const struct raw_item *item) {
    struct question question = {.n = 0};
    ask_for_stack(&question, RECALL_STACK, scene, item);
    const struct answer *answer = recall_find(scene->recall, &question);
    json_t *stack = answer != NULL ? json_incref(answer->json) : make_stack(scene, item);
    if (answer == NULL) {
        recall_keep(scene->recall, &question, stack, NULL);
    }
    question_free(&question);
    return stack;
}

static json_t *make_source_stack(const struct scene *scene, const struct raw_item *item) {
    json_t *json = json_object(), *stack = make_stack(scene, item);
    json_t *snippet = piece_snippet(scene, stack);
    json_object_set_new(json, "stack", stack);
    if (snippet != NULL) {
        json_object_set_new(json, "snippet", snippet);
    }
    return json;
}

void piece_set_source_stack(json_t *json, const char *key, const struct scene *scene,
                            const struct raw_item *item) {
    struct question question = {.n = 0};
    ask_for_stack(&question, RECALL_SOURCE_STACK, scene, item);
    const struct answer *answer = recall_find(scene->recall, &question);
    json_t *both = answer != NULL ? json_incref(answer->json) : make_source_stack(scene, item);
    if (answer == NULL) {
        recall_keep(scene->recall, &question, both, NULL);
    }
    json_t *snippet = json_object_get(both, "snippet");
    json_object_set(json, key, json_object_get(both, "stack"));
    if (snippet != NULL) {
        json_object_set(json, "snippet", snippet);
    }
    json_decref(both);
    question_free(&question);
}

const json_t *piece_user_frame(const json_t *stack) {
    const json_t *visible = NULL;
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (field_is_set(frame, "hidden")) {
            continue;
        }
        if (visible == NULL) {
            visible = frame;
        }
        if (json_object_get(frame, "function") != NULL && piece_is_users(frame)) {
            return frame;
        }
    }
    return visible != NULL ? visible : json_array_get(stack, 0);
}

size_t piece_user_index(const json_t *stack) {
    const json_t *frame = piece_user_frame(stack);
    size_t i = 0;
    while (i < json_array_size(stack) && json_array_get(stack, i) != frame) {
        i++;
    }
    return i;
}

const char *piece_user_function(const json_t *stack) {
    const char *name = json_string_value(json_object_get(piece_user_frame(stack), "function"));
    return name == NULL ? "?" : name;
}

char *piece_user_name(const json_t *stack) {
    const json_t *frame = piece_user_frame(stack);
    const char *name = json_string_value(json_object_get(frame, "function"));
    return name == NULL ? piece_frame_place(frame) : str_copy(name);
}

char *piece_frame_place(const json_t *frame) {
    const char *file = json_string_value(json_object_get(frame, "file"));
    const char *module = json_string_value(json_object_get(frame, "module"));
    if (file != NULL) {
        const char *name = strrchr(file, '/');
        return str_format("%s:%lld", name == NULL ? file : name + 1,
                          (long long)field_number(frame, "line"));
    }
    if (module != NULL) {
        const char *name = strrchr(module, '/');
        return str_format("%s+%s", name == NULL ? module : name + 1,
                          json_string_value(json_object_get(frame, "offset")));
    }
    return str_copy("?");
}

/* -- source lines -- */

enum { SNIPPET_BEFORE = 1, SNIPPET_AFTER = 1, LONGEST_SOURCE_LINE = 200 };

static uint64_t pc_of(const json_t *frame) {
    return strtoull(field_text(frame, "pc"), NULL, 16);
}

/* Is `text` how the model shows `bytes`, which may be no UTF-8? */
static bool is_shown_as(const char *bytes, const char *text) {
    char *shown = utf8_text(bytes);
    bool same = strcmp(shown, text) == 0;
    free(shown);
    return same;
}

/* The bytes of a file's name that is no UTF-8, asked for anew: JSON cannot hold them. A new string. */
static char *odd_path(const struct scene *scene, const json_t *frame, const char *file) {
    struct frames frames = {0};
    const struct loaded_module *loaded = module_of(scene, pc_of(frame));
    char *path = NULL;
    if (loaded != NULL) {
        symbolize_pc(loaded->module, pc_of(frame) - loaded->raw.bias, &frames);
    }
    for (size_t i = 0; i < frames.n && path == NULL; i++) {
        const char *known = frames.all[i].file;
        if (known != NULL && is_shown_as(piece_shown_file(scene, known), file)) {
            path = str_copy(known);
        }
    }
    frames_free(&frames);
    return path == NULL ? str_copy(file) : path;
}

static FILE *open_source(const struct scene *scene, const json_t *frame) {
    const char *told = json_string_value(json_object_get(frame, "file"));
    if (told == NULL) {
        return NULL;
    }
    char *file =
        strstr(told, UTF8_REPLACEMENT) == NULL ? str_copy(told) : odd_path(scene, frame, told);
    FILE *source = path_is_file(file) ? fopen(file, "re") : NULL;
    if (source == NULL && scene->strip_path_prefix[0] != '\0') {
        char *whole = str_format("%s%s", scene->strip_path_prefix, file);
        source = path_is_file(whole) ? fopen(whole, "re") : NULL;
        free(whole);
    }
    free(file);
    return source;
}

static bool continues_character(char byte) {
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* At most so many bytes of a line, and no part of a character. */
static char *shown_line(const char *text) {
    size_t n = strlen(text);
    if (n > LONGEST_SOURCE_LINE) {
        n = LONGEST_SOURCE_LINE;
        while (n > 0 && continues_character(text[n])) {
            n--;
        }
    }
    return str_format("%.*s", (int)n, text);
}

/* Compilers count columns in bytes, SARIF in UTF-16 code units: told where the line is at hand. */
static void set_utf16_column(json_t *frame, const char *text) {
    json_int_t column = field_number(frame, "column"), units = 1;
    if (column <= 0 || (size_t)column > strlen(text) + 1) {
        return; /* of another state of the file */
    }
    char *before = str_format("%.*s", (int)column - 1, text), *shown = utf8_text(before);
    for (const char *at = shown; *at != '\0'; at++) {
        bool is_pair = (unsigned char)*at >= 0xf0; /* the first of four bytes */
        units += continues_character(*at) ? 0 : 1 + is_pair;
    }
    free(before);
    free(shown);
    field_set_number(frame, "utf16_column", units);
}

/* Was the file written after the program was linked? Then its lines may not be those that were compiled. */
static bool is_newer(const struct scene *scene, FILE *source, const json_t *frame) {
    struct stat of_source, of_program;
    const struct loaded_module *program = module_of(scene, pc_of(frame));
    if (program == NULL || stat(program->module->path, &of_program) != 0 ||
        fstat(fileno(source), &of_source) != 0) {
        return false;
    }
    const struct timespec *written = &of_source.st_mtim, *linked = &of_program.st_mtim;
    return written->tv_sec != linked->tv_sec ? written->tv_sec > linked->tv_sec
                                             : written->tv_nsec > linked->tv_nsec;
}

json_t *piece_snippet(const struct scene *scene, json_t *stack) {
    json_t *frame = (json_t *)piece_user_frame(stack);
    json_int_t line = field_number(frame, "line");
    bool has_text = line > 0 && !field_is_set(frame, "hidden"); /* the runtime's tells nothing */
    FILE *source = has_text ? open_source(scene, frame) : NULL;
    if (source == NULL) {
        return NULL;
    }
    json_t *lines = json_array();
    char *text = NULL;
    size_t room = 0;
    for (json_int_t at = 1; at - SNIPPET_AFTER <= line && getline(&text, &room, source) >= 0;
         at++) {
        if (at < line - SNIPPET_BEFORE) {
            continue;
        }
        text[strcspn(text, "\r\n")] = '\0';
        if (at == line) {
            set_utf16_column(frame, text);
        }
        char *shown = shown_line(text);
        json_t *entry = json_pack("{s:I}", "line", at);
        field_set_text(entry, "text", shown);
        json_array_append_new(lines, entry);
        free(shown);
    }
    bool newer = is_newer(scene, source, frame);
    free(text);
    fclose(source);
    if (json_array_size(lines) <= SNIPPET_BEFORE && line > SNIPPET_BEFORE) {
        json_decref(lines); /* the file has become shorter than that line */
        return NULL;
    }
    json_t *snippet = json_pack("{s:I,s:o}", "line", line, "lines", lines);
    field_set_flag(snippet, "newer", newer);
    return snippet;
}
