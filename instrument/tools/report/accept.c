/* accept.c - rules that accept findings; see accept.h. */
#include "instrument/tools/report/accept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/suppress.h"

/* -- reading -- */

static struct rule *first_entry(const struct rules *rules, const char *id) {
    const json_t *index = json_object_get(rules->ids, id);
    return index == NULL ? NULL : &rules->all[json_integer_value(index)];
}

static struct rule *next_entry(const struct rules *rules, const struct rule *rule) {
    return rule->next == 0 ? NULL : &rules->all[rule->next];
}

/* The rule with this index is a baseline's: it is found by its id from now on. */
static void enter(struct rules *rules, size_t index) {
    const char *id = rules->all[index].text;
    struct rule *known = first_entry(rules, id);
    if (known != NULL) {
        rules->all[index].next = known->next;
        known->next = index;
        return;
    }
    if (rules->ids == NULL) {
        rules->ids = json_object();
    }
    json_object_set_new(rules->ids, id, json_integer((json_int_t)index));
}

void rules_add(struct rules *rules, const struct rule *rule) {
    rules->all = mem_grow(rules->all, rules->n, &rules->room, sizeof *rules->all);
    rules->all[rules->n] = *rule;
    if (rule->suppression == NULL) {
        enter(rules, rules->n);
    }
    rules->n++;
}

bool rule_ends_before(const struct rule *rule, const struct rule *other) {
    return rule->until != NULL && (other->until == NULL || strcmp(rule->until, other->until) < 0);
}

struct rule *rules_entry(const struct rules *rules, const char *id) {
    struct rule *found = first_entry(rules, id);
    for (struct rule *rule = found; rule != NULL; rule = next_entry(rules, rule)) {
        found = rule_ends_before(rule, found) ? rule : found;
    }
    return found;
}

struct rule *rules_entry_in(const struct rules *rules, const char *id, const char *path) {
    struct rule *rule = first_entry(rules, id);
    while (rule != NULL && strcmp(rule->file, path) != 0) {
        rule = next_entry(rules, rule);
    }
    return rule;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

char *rules_read_text(struct rules *rules, const char *text, size_t bytes, const char *path,
                      rules_line *add_line) {
    const char *end = text + bytes;
    char *error = NULL;
    rules->reading++;
    text += text_mark(text, bytes);
    for (int number = 1; text != end && error == NULL; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *from = text, *to = newline == NULL ? end : newline;
        text = newline == NULL ? end : newline + 1;
        if (memchr(from, '\0', (size_t)(to - from)) != NULL) {
            return str_format("%s:%d: the line holds a NUL byte: it is no text", path, number);
        }
        while (from != to && is_blank(*from)) {
            from++;
        }
        while (from != to && is_blank(to[-1])) {
            to--;
        }
        if (from != to && *from != '#') {
            char *line = str_format("%.*s", (int)(to - from), from);
            error = add_line(rules, line, path, number);
            free(line);
        }
    }
    return error;
}

char *rules_read_file(struct rules *rules, const char *path, const char *what,
                      rules_line *add_line) {
    size_t bytes;
    char *text = file_text(path, &bytes);
    if (text == NULL) {
        return str_format("%s: %s cannot be read: %s", path, what, file_error(errno));
    }
    char *error = rules_read_text(rules, text, bytes, path, add_line);
    free(text);
    return error;
}

/* -- matching -- */

static struct rule *suppression_of(const struct rules *rules, const json_t *finding) {
    for (size_t i = 0; i < rules->n; i++) {
        struct rule *rule = &rules->all[i];
        if (rule->suppression != NULL && suppression_matches(rule, finding)) {
            return rule;
        }
    }
    return NULL;
}

/* Whatever file is believed, none of those that have the id has it in vain. */
static struct rule *entry_of(const struct rules *rules, const json_t *finding) {
    const char *id = field_text(finding, "id");
    for (struct rule *rule = first_entry(rules, id); rule != NULL; rule = next_entry(rules, rule)) {
        rule->matched += !rule->expired;
    }
    struct rule *rule = rules_entry(rules, id);
    return rule == NULL || rule->expired ? NULL : rule;
}

const struct rule *rules_match(struct rules *rules, const json_t *finding) {
    struct rule *rule = suppression_of(rules, finding);
    if (rule == NULL) {
        return entry_of(rules, finding);
    }
    rule->matched++;
    return rule;
}

json_t *rule_as_json(const struct rule *rule) {
    json_t *json = json_pack("{s:s}", "by", rule->suppression == NULL ? "baseline" : "suppression");
    field_set_text(json, "rule", rule->text);
    field_set_text(json, "file", rule->file);
    if (rule->line != 0) {
        field_set_number(json, "line", rule->line);
    }
    field_set_text(json, "until", rule->until);
    field_set_text(json, "reason", rule->reason);
    return json;
}

/* -- in the model -- */

static json_t *rules_of(json_t *head) {
    json_t *rules = json_object_get(head, "rules");
    if (rules == NULL) {
        rules = json_array();
        json_object_set_new(head, "rules", rules);
    }
    return rules;
}

static char *key_of(const json_t *rule) {
    return str_format("%s\n%lld\n%s", field_text(rule, "file"),
                      (long long)field_number(rule, "line"), field_text(rule, "rule"));
}

void rules_merge(json_t *head, const json_t *from) {
    size_t i;
    json_t *rule, *rules = rules_of(head), *known = json_object();
    json_array_foreach(rules, i, rule) {
        char *key = key_of(rule);
        json_object_set(known, key, rule);
        free(key);
    }
    json_array_foreach(from, i, rule) {
        char *key = key_of(rule);
        json_t *same = json_object_get(known, key);
        if (same != NULL) {
            field_set_number(
                same, "matched",
                number_sum(field_number(same, "matched"), field_number(rule, "matched")));
        } else {
            json_object_set(known, key, rule);
            json_array_append(rules, rule);
        }
        free(key);
    }
    json_decref(known);
}

void rules_tell(const struct rules *rules, json_t *head) {
    json_t *array = json_array();
    for (size_t i = 0; i < rules->n; i++) {
        if (rules->all[i].removed) {
            continue;
        }
        json_t *json = rule_as_json(&rules->all[i]);
        field_set_flag(json, "expired", rules->all[i].expired);
        field_set_number(json, "matched", rules->all[i].matched);
        json_array_append_new(array, json);
    }
    rules_merge(head, array);
    json_decref(array);
}

/* -- what nobody needed -- */

enum { LISTED = 8 };

/* The rules of one file that are expired, or else were not needed. */
struct listing {
    const char *file;
    bool expired;
    size_t n, of; /* of: all rules of that file */
    FILE *names;
};

static bool is_listed(const json_t *rule, bool expired) {
    return field_is_set(rule, "expired") ? expired : !expired && field_number(rule, "matched") == 0;
}

static void list(struct listing *listing, const json_t *rule) {
    if (!field_is(rule, "file", listing->file)) {
        return;
    }
    listing->of++;
    if (!is_listed(rule, listing->expired)) {
        return;
    }
    if (listing->n++ < LISTED) {
        fprintf(listing->names, "%s%s (line %lld", listing->n == 1 ? "" : ", ",
                field_text(rule, "rule"), (long long)field_number(rule, "line"));
        if (listing->expired) {
            fprintf(listing->names, ", until %s: %s", field_text(rule, "until"),
                    field_text(rule, "reason"));
        }
        fputc(')', listing->names);
    }
}

static void add_condition(json_t *head, const char *kind, char *text) {
    json_t *condition = json_pack("{s:s,s:b}", "kind", kind, "blind", 0);
    field_take_text(condition, "text", text);
    json_array_append_new(json_object_get(head, "conditions"), condition);
}

static void judge_file(json_t *head, const char *file, bool expired) {
    size_t i, bytes;
    json_t *rule;
    char *names = NULL;
    struct listing listing = {.file = file, .expired = expired};
    listing.names = open_memstream(&names, &bytes);
    if (listing.names == NULL) {
        say_fatal("out of memory: the report could not be made");
    }
    json_array_foreach(json_object_get(head, "rules"), i, rule) {
        list(&listing, rule);
    }
    if (listing.n > LISTED) {
        fprintf(listing.names, " and %zu more", listing.n - LISTED);
    }
    fclose(listing.names);
    if (listing.n != 0) {
        add_condition(head, expired ? "expired" : "unused",
                      str_format(expired ? "%s: %zu of %zu lines expired: %s"
                                         : "%s: %zu of %zu lines matched nothing in this run: %s",
                                 file, listing.n, listing.of, names));
    }
    free(names);
}

static void drop_conditions(json_t *conditions) {
    for (size_t i = json_array_size(conditions); i-- > 0;) {
        const json_t *condition = json_array_get(conditions, i);
        if (field_is(condition, "kind", "expired") || field_is(condition, "kind", "unused")) {
            json_array_remove(conditions, i);
        }
    }
}

void rules_judge(json_t *head) {
    size_t i;
    json_t *rule, *files = json_object();
    const char *file;
    drop_conditions(json_object_get(head, "conditions"));
    json_array_foreach(json_object_get(head, "rules"), i, rule) {
        json_object_set_new(files, field_text(rule, "file"), json_true());
    }
    json_object_foreach(files, file, rule) {
        judge_file(head, file, true);
        judge_file(head, file, false);
    }
    json_decref(files);
}

void rules_free(struct rules *rules) {
    for (size_t i = 0; i < rules->n; i++) {
        free(rules->all[i].text);
        free(rules->all[i].file);
        free(rules->all[i].until);
        free(rules->all[i].reason);
    }
    free(rules->all);
    json_decref(rules->ids);
    *rules = (struct rules){0};
}
