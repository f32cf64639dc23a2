/* recall.h - answers that were given before: the findings of a run ask about the same few places again and again.
 *
 * Model    a table from questions to answers. A question has in it all that its answer depends on.
 * Owner    whoever makes a model of a log, for as long as the modules that the log names stay open.
 * Memory   answers stay until recall_trim, which is called between two records: what an answer to one of a record's
 *          questions has may be part of its next question, by its address.
 */
#ifndef RADDLE_TOOLS_REPORT_RECALL_H
#define RADDLE_TOOLS_REPORT_RECALL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "instrument/tools/report/dwarf_member.h"

/* What is asked; the first word of a question. */
enum recall_kind { RECALL_FRAMES, RECALL_STACK, RECALL_SOURCE_STACK, RECALL_BLOCK };

struct question {
    uint64_t *words;
    size_t n, room;
};
void question_add(struct question *question, uint64_t word);
/* A word that stands for what lies there as long as the answer stays. */
void question_add_pointer(struct question *question, const void *pointer);
void question_free(struct question *question);

struct answer {
    json_t *json; /* shared by all who ask: never changed */
    struct type_part part;
};

/* Valid when zeroed. */
struct recall {
    struct recalled *by_question;
    size_t words; /* of all questions: what they have in them is what answers take room for */
};

/* NULL: it was not asked before. Of this and the next, recall == NULL is allowed: nothing is kept. */
const struct answer *recall_find(const struct recall *recall, const struct question *question);
/* Keeps a reference to the answer's JSON of its own. `part`: NULL, or what else the answer has. */
void recall_keep(struct recall *recall, const struct question *question, json_t *json,
                 const struct type_part *part);

/* Drops all answers when they have become too many. */
void recall_trim(struct recall *recall);
void recall_free(struct recall *recall);

#endif
