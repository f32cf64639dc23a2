/* recall.c - a hash table of questions. */
#include "instrument/tools/report/recall.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "instrument/tools/report/say.h"

/* Three words stand for a frame, which is about a KiB of JSON: some 50 MB. */
enum { MOST_WORDS = 1 << 17 };

struct recalled {
    struct answer answer;
    UT_hash_handle hh;
    uint64_t words[]; /* the question */
};

void question_add(struct question *question, uint64_t word) {
    question->words =
        mem_grow(question->words, question->n, &question->room, sizeof *question->words);
    question->words[question->n++] = word;
}

void question_add_pointer(struct question *question, const void *pointer) {
    question_add(question, (uint64_t)(uintptr_t)pointer);
}

void question_free(struct question *question) {
    free(question->words);
    *question = (struct question){.n = 0};
}

const struct answer *recall_find(const struct recall *recall, const struct question *question) {
    struct recalled *recalled = NULL;
    if (recall != NULL) {
        HASH_FIND(hh, recall->by_question, question->words, question->n * sizeof *question->words,
                  recalled);
    }
    return recalled == NULL ? NULL : &recalled->answer;
}

void recall_keep(struct recall *recall, const struct question *question, json_t *json,
                 const struct type_part *part) {
    if (recall == NULL) {
        return;
    }
    size_t bytes = question->n * sizeof *question->words;
    struct recalled *recalled = mem_new(1, sizeof *recalled + bytes);
    recalled->answer.json = json_incref(json);
    if (part != NULL) {
        recalled->answer.part = *part;
    }
    memcpy(recalled->words, question->words, bytes);
    HASH_ADD_KEYPTR(hh, recall->by_question, recalled->words, bytes, recalled);
    recall->words += question->n;
}

void recall_trim(struct recall *recall) {
    if (recall->words > MOST_WORDS) {
        recall_free(recall);
    }
}

void recall_free(struct recall *recall) {
    struct recalled *recalled, *next;
    HASH_ITER(hh, recall->by_question, recalled, next) {
        HASH_DEL(recall->by_question, recalled);
        json_decref(recalled->answer.json);
        free(recalled);
    }
    recall->words = 0;
}
