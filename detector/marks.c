/* marks.c - which numbers of a table are referred to? */
#include "detector/marks.h"

bool marks_make(struct marks *marks, uint32_t last) {
    marks->last = last;
    marks->bits = arena_alloc(marks_bytes(marks));
    return marks->bits != NULL;
}

void marks_drop(struct marks *marks) {
    arena_free(marks->bits, marks_bytes(marks));
    marks->bits = NULL;
}

uint32_t marks_next(const struct marks *marks, uint32_t from, bool set) {
    uint64_t flip = set ? 0 : ~(uint64_t)0;
    uint64_t end = (uint64_t)marks->last + 1;
    for (uint64_t at = from; at < end; at = (at | 63) + 1) {
        uint64_t left = (marks->bits[at / 64] ^ flip) >> at % 64;
        if (left) {
            at += (uint64_t)__builtin_ctzll(left);
            return (uint32_t)(at < end ? at : end);
        }
    }
    return (uint32_t)end;
}

/* By hand: the instruction is not everywhere, and the builtin without it a call. */
static uint64_t ones_in(uint64_t bits) {
    bits -= bits >> 1 & 0x5555555555555555u;
    bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
    return (((bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u) >> 56;
}

uint32_t marks_count(const struct marks *marks) {
    uint32_t n = 0;
    for (size_t i = 0; i <= marks->last / 64; i++) {
        n += (uint32_t)ones_in(marks->bits[i]);
    }
    return n;
}
