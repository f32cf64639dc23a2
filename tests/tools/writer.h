/* writer.h - findings records as a detector would write them, for tests of the tools.
 *
 * A record is composed in memory and appended to a mapped findings file. Nothing here knows what
 * the tools make of it.
 */
#ifndef RADDLE_TESTS_TOOLS_WRITER_H
#define RADDLE_TESTS_TOOLS_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "detector/findings.h"

struct record {
    uint32_t kind, pid;
    _Alignas(8) char bytes[16384];
    size_t used;
};

void record_begin(struct record *record, uint32_t kind, uint32_t pid);
void record_item(struct record *record, uint16_t tag, uint16_t role, const void *data,
                 size_t bytes);
void record_text(struct record *record, uint16_t role, const char *text);

/* An empty findings file of that capacity; returns its mapping. */
struct findings_file *file_create(const char *path, size_t capacity);
/* Maps an existing one; NULL when it cannot be. */
struct findings_file *file_open(const char *path);
/* Appends; state is RECORD_COMMITTED, or RECORD_RESERVED for a writer that died. */
void file_append(struct findings_file *file, const struct record *record, uint32_t state);
/* Reserves room and dies before saying for how much. */
void file_reserve_only(struct findings_file *file, size_t bytes);

#endif
