/* marks.h - which numbers of a table are referred to? One bit for each; made for one collection. */
#ifndef RADDLE_DETECTOR_MARKS_H
#define RADDLE_DETECTOR_MARKS_H

#include "detector/arena.h"

struct marks {
    uint64_t *bits; /* NULL: no memory */
    uint32_t last;  /* the highest number */
};

static inline size_t marks_bytes(const struct marks *marks) {
    return ((size_t)marks->last / 64 + 1) * sizeof(uint64_t);
}

DET_HIDDEN bool marks_make(struct marks *marks, uint32_t last);
DET_HIDDEN void marks_drop(struct marks *marks);
/* The first number from `from` on whose mark is `set`; last + 1: none. */
DET_HIDDEN uint32_t marks_next(const struct marks *marks, uint32_t from, bool set);
DET_HIDDEN uint32_t marks_count(const struct marks *marks);

/* Numbers above the last are ignored. */
static inline void marks_set(struct marks *marks, uint32_t number) {
    if (number <= marks->last) {
        marks->bits[number / 64] |= (uint64_t)1 << number % 64;
    }
}

static inline bool marks_has(const struct marks *marks, uint32_t number) {
    return number <= marks->last && (marks->bits[number / 64] >> number % 64 & 1);
}

#endif
