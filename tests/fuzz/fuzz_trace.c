/* fuzz_trace.c - bytes are a trace, on which the core and the naive oracle must agree.
 *
 * The first byte chooses the shadow and how many places the accesses share; each four bytes after it are a
 * step: kind, task and order, where, size. Every input starts a fresh core, so that a finding needs
 * nothing but its own bytes. A disagreement prints the trace and aborts.
 */
#include <stdlib.h>

#include "../trace/both.h"
#include "fuzz.h"

#define MOST_STEPS 500u

static uint32_t offset_of(uint8_t b) {
    return b < 160 ? b : b < 224 ? (b - 160u) * 64 + 200 : (b - 224u) * 8192;
}

static uint32_t size_of(uint8_t b) {
    static const uint32_t sizes[16] = {1,  2,  4,   8,   16,   4,    8,     3,
                                       12, 24, 100, 600, 4096, 9000, 65536, 140000};
    return sizes[b % 16] + (b >= 128 ? b / 16 - 8u : 0);
}

static struct step decode(const uint8_t *b) {
    struct step s = {.kind = b[0] < 9 * STEP_MEET ? b[0] % STEP_MEET : STEP_MEET,
                     .task = b[1] % 16,
                     .order = b[1] / 16 % 6,
                     .expect = -1};
    if (s.kind == STEP_TAKE || s.kind == STEP_LEAVE) {
        s.where = TRACE_LOCK_AREA + b[2] % 3 * 16;
        s.size = 8;
        s.order &= 1;
    } else if (step_is_about_memory(&s)) {
        s.where = offset_of(b[2]);
        s.size = size_of(b[3]);
        if (step_is_atomic(&s)) {
            s.size = 1u << b[3] % 5u;
        }
    } else if (s.kind == STEP_GO || s.kind == STEP_MEET) {
        s.where = b[2] % 16;
        s.size = b[3] > 200;
    } else {
        s.where = b[2];
        s.size = s.kind == STEP_DESTROY ? 1 + b[3] : 0;
        s.order = s.kind == STEP_FENCE ? s.order : s.order & 3u; /* else a lock mode */
        s.where = s.kind == STEP_LOCK || s.kind == STEP_UNLOCK ? s.where % 8 : s.where;
    }
    return s;
}

static void disagree(const char *wrong, const struct step *steps, unsigned n) {
    fprintf(stderr, "DISAGREEMENT: %s at the last step of\n", wrong);
    for (unsigned i = 0; i < n; i++) {
        step_print(stderr, &steps[i]);
    }
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static struct step steps[MOST_STEPS];
    unsigned n = 0, at;
    if (size == 0) {
        return 0;
    }
    for (size_t i = 1; i + 4 <= size && n < MOST_STEPS; i += 4) {
        steps[n++] = decode(bytes + i);
    }
    both_start((enum both_shadow)(bytes[0] % 3));
    const char *wrong = both_run(steps, n, bytes[0] & 128, &at);
    if (wrong) {
        disagree(wrong, steps, at + 1);
    }
    both_forget();
    return 0;
}
