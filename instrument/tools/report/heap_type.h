/* heap_type.h - what does a heap block hold?
 *
 * Nothing in a block says so. Told is only what debug information leaves no doubt of: the type that a pointer
 * variable points to which the line of the allocation declares (a parameter is never made by it, and what points to
 * pointers may walk along them), or else the only structure of the block's size that
 * the function that allocated it and both that used it know, and whose members the accesses fit. A name that may be wrong
 * is worse than none.
 */
#ifndef RADDLE_TOOLS_REPORT_HEAP_TYPE_H
#define RADDLE_TOOLS_REPORT_HEAP_TYPE_H

#include "instrument/tools/report/dwarf_member.h"
#include "instrument/tools/report/pieces.h"

/* One access to the block. */
struct heap_use {
    uint64_t offset, bytes;
    bool is_free;
    const json_t *stack;
};

/* Adds to `object`, a heap block of the model with the stack that allocated it, what is known of the `bytes` bytes at
 * `offset`: "name", "type", of the whole "block_type", the "variable" that the allocation's line declares. *part, zeroed before, becomes the one that "type" is of. */
void heap_type_tell(const struct scene *scene, json_t *object, const struct heap_use uses[2],
                    uint64_t offset, uint64_t bytes, struct type_part *part);

#endif
