/* store.h - many findings in little room, each id once.
 *
 * Model    an array of findings in the order they came; one that is there already is counted again.
 * Memory   a finding lies here as its line of JSON: a tree of it takes five times as much, and a
 *          merge of many files holds a hundred thousand. What a verdict asks of all findings stands
 *          beside the line, so that only who shows a finding pays for reading it.
 */
#ifndef RADDLE_TOOLS_REPORT_STORE_H
#define RADDLE_TOOLS_REPORT_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A pid is one process in one run: shards of a test suite may have the same. */
struct stored_process {
    json_int_t pid;
    uint64_t run; /* 0: not known, of an older file */
};

struct stored {
    char *id;        /* NULL: it has none, and is like no other */
    char *line;      /* the finding as it came first: JSON without line breaks */
    json_t *changed; /* the fields that those who came again have changed; NULL: none */
    json_t *seen;    /* what these fields hold already, for quick asking; NULL as long as changed */
    int kind;        /* which of kinds.def; -1: none of them */
    bool is_error;   /* it fails the run, unless it is accepted */
    bool is_known;   /* accepted by a baseline */
    json_int_t count;
    struct stored_process *processes; /* that it was found in, each once */
    size_t n_processes, processes_room;
};

struct store {
    struct stored *all;
    size_t n, room;
    json_t *by_id; /* id: index; NULL as long as it is empty */
};

/* Adds a finding, or counts it again when its id is there. Takes it. Valid for a zeroed store. */
void store_add(struct store *store, json_t *finding);
/* The same for one whose line of JSON the caller has: a valid object. Takes it. */
void store_add_line(struct store *store, char *line);
/* Moves all findings of `from`, which is empty then. */
void store_move(struct store *into, struct store *from);

/* The i-th finding as a tree, a new reference. Cost: parsing its line. */
json_t *store_get(const struct store *store, size_t i);
/* Is there a finding of that id? */
bool store_has(const struct store *store, const char *id);
/* Likewise that finding; NULL: there is none. */
json_t *store_find(const struct store *store, const char *id);
/* Puts fields in the place of those of a finding that is there. */
void store_change(struct store *store, const char *id, json_t *fields);

/* Keeps the findings for which keep() says so, which may look at one with store_get. */
void store_filter(struct store *store,
                  bool (*keep)(const struct store *store, size_t i, void *with), void *with);

void store_free(struct store *store);

/* The index of a kind in kinds.def; -1: it is none. */
int store_kind(const char *name);

#endif
