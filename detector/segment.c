/* segment.c - which task, at which of its epochs, holding which locks, made a record? */
#include "detector/segment.h"

#include "detector/state.h"

uint32_t segment_new(uint32_t task, uint32_t at, uint32_t lockset) {
    uint32_t index = table_take(&det.segments.table, SEGMENT_SHAPE);
    if (index == 0) {
        limit_raise(LIMIT_SEGMENTS_FULL);
        return 0;
    }
    struct segment *segment = table_at(&det.segments.table, SEGMENT_SHAPE, index);
    *segment = (struct segment){.task = task, .at = at, .lockset = lockset};
    return index << 1;
}

const struct segment *segment_at(uint32_t number) {
    return table_at(&det.segments.table, SEGMENT_SHAPE, number >> 1);
}
