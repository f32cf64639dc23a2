/* step.c - one event of a trace, as a line of text. */
#include "step.h"

#include <stdlib.h>
#include <string.h>

#include "detector/event.h"

static const char *const kind_names[STEP_KINDS] = {
    "go",     "read",    "write", "aread",  "awrite", "acquire",    "release",
    "merge",  "swap",    "load",  "store",  "rmw",    "cas_failed", "fence",
    "new",    "free",    "lock",  "unlock", "adopt",  "begin",      "end",
    "forget", "destroy", "fork",  "call",   "take",   "leave",      "meet"};
static const char *const order_names[] = {"relaxed", "consume", "acquire",
                                          "release", "acq_rel", "seq_cst"};

bool step_is_atomic(const struct step *s) {
    return s->kind >= STEP_LOAD && s->kind <= STEP_CAS_FAILED;
}

bool step_accesses(const struct step *s) {
    return (s->kind >= STEP_READ && s->kind <= STEP_ATOMIC_WRITE) || step_is_atomic(s) ||
           s->kind == STEP_FREE || s->kind == STEP_TAKE || s->kind == STEP_LEAVE;
}

bool step_has_order(const struct step *s) {
    return step_is_atomic(s) || s->kind == STEP_FENCE;
}

bool step_is_about_memory(const struct step *s) {
    return step_accesses(s) || s->kind == STEP_NEW || s->kind == STEP_FORGET ||
           s->kind == STEP_BEGIN;
}

static bool has_where(const struct step *s) {
    return s->kind != STEP_FENCE && s->kind != STEP_ADOPT && s->kind != STEP_END &&
           s->kind != STEP_FORK && s->kind != STEP_CALL;
}

static bool has_mode(const struct step *s) {
    return s->kind == STEP_LOCK || s->kind == STEP_UNLOCK || s->kind == STEP_CALL ||
           s->kind == STEP_TAKE || s->kind == STEP_LEAVE;
}

void step_print(FILE *to, const struct step *s) {
    fprintf(to, "%u %s", s->task, kind_names[s->kind]);
    if (has_where(s)) {
        fprintf(to, " %u", s->where);
    }
    if (s->size && has_where(s) && s->kind != STEP_FREE) {
        fprintf(to, " %u", s->size);
    }
    if (step_has_order(s)) {
        fprintf(to, " %s", order_names[s->order]);
    } else if (has_mode(s) && s->order) {
        fprintf(to, " mode %u", s->order);
    }
    fprintf(to, "\n");
}

static int index_of(const char *word, const char *const *names, int n) {
    for (int i = 0; i < n; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

/* One word after the kind; *n numbers have been seen. */
static void parse_word(struct step *s, const char *word, unsigned number[3], unsigned *n) {
    int order = index_of(word, order_names, 6);
    if (order >= 0) {
        s->order = (uint8_t)order;
    } else if (strcmp(word, "race") == 0 || strcmp(word, "none") == 0) {
        s->expect = word[0] == 'r';
    } else if (strcmp(word, "mode") == 0) {
        *n = 2;
    } else if (*n < 3) {
        number[(*n)++] = (unsigned)strtoul(word, NULL, 0);
    }
}

bool step_parse(const char *line, struct step *s) {
    char kind[16] = "", word[5][16] = {"", "", "", "", ""};
    unsigned task;
    int n = sscanf(line, "%u %15s %15s %15s %15s %15s %15s", &task, kind, word[0], word[1], word[2],
                   word[3], word[4]);
    int k = n >= 2 ? index_of(kind, kind_names, STEP_KINDS) : -1;
    if (k < 0 || task >= TRACE_TASKS) {
        return false;
    }
    *s = (struct step){.kind = (uint8_t)k, .task = (uint16_t)task, .expect = -1};
    unsigned number[3] = {0}, n_numbers = 0;
    for (int i = 0; i < n - 2; i++) {
        parse_word(s, word[i], number, &n_numbers);
    }
    s->where = number[0];
    s->size = number[1] ? number[1] : step_accesses(s) ? 4 : 0;
    s->order = has_mode(s) ? (uint8_t)number[2] : s->order;
    return true;
}
