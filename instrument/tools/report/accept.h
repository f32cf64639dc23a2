/* accept.h - findings that do not fail the run: who said so, and does anybody still need it said?
 *
 * Model    a rule is one line of a file of suppressions (suppress.h) or of a baseline (baseline.h).
 *          A finding that a rule matches is accepted: it stays in the model, apart, with the rule.
 *          The first rule that matches counts; suppressions come before baselines.
 * Law      every rule is counted in the model ("rules"), so that merging many runs tells which
 *          rules none of them needed.
 */
#ifndef RADDLE_TOOLS_REPORT_ACCEPT_H
#define RADDLE_TOOLS_REPORT_ACCEPT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct suppression_kind; /* suppress.c */

struct rule {
    const struct suppression_kind *suppression; /* NULL: a line of a baseline, and text is the id */
    char *text;                                 /* as it stands there */
    const char *pattern;                        /* within text; NULL in a baseline */
    char *file;
    int line;             /* 0: the file has none to name */
    char *until, *reason; /* of a baseline; NULL: none given */
    bool expired;         /* no longer believed: it matches nothing */
    bool removed;         /* it is no longer in its file */
    int reading;          /* the last one that met it */
    size_t next;          /* the entry of another baseline for the same id; 0: none */
    json_int_t matched;
};

struct rules {
    struct rule *all;
    size_t n, room;
    int reading; /* how many texts were read, with the one that is being read */
    json_t *ids; /* of baselines' entries: the index of the first; NULL as long as there are none */
};

/* Adds a rule; takes what it points to. */
void rules_add(struct rules *rules, const struct rule *rule);
/* The baselines' entry for an id, expired or not; of several files' the one that ends first: who put it off
 * for a shorter time is believed. NULL: none. Valid until a rule is added. */
struct rule *rules_entry(const struct rules *rules, const char *id);
/* The entry that stands in this file. */
struct rule *rules_entry_in(const struct rules *rules, const char *id, const char *path);
/* Does the entry end before the other? */
bool rule_ends_before(const struct rule *rule, const struct rule *other);

/* Calls add_line for every line of a text that is neither empty nor a comment, without the blanks around
 * it. Returns the first complaint (new string), or NULL. */
typedef char *rules_line(struct rules *rules, const char *line, const char *path, int number);
char *rules_read_text(struct rules *rules, const char *text, size_t bytes, const char *path,
                      rules_line *add_line);
/* The same for a file that holds `what`. */
char *rules_read_file(struct rules *rules, const char *path, const char *what,
                      rules_line *add_line);

/* The rule for this finding, which is counted; NULL: it stands. */
const struct rule *rules_match(struct rules *rules, const json_t *finding);

/* What is noted in an accepted finding as "accepted"; a new reference. */
json_t *rule_as_json(const struct rule *rule);

/* Adds the rules to the array "rules" of a model's head; those that stand there are counted on. */
void rules_tell(const struct rules *rules, json_t *head);
/* The same for the array `from` of another model. */
void rules_merge(json_t *head, const json_t *from);
/* Makes a condition of each file of which something expired or was not needed. */
void rules_judge(json_t *head);

void rules_free(struct rules *rules);

#endif
