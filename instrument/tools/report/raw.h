/* raw.h - reading a findings file: bytes of a dead or dying process in, checked records out.
 *
 * Nothing in the file is trusted: its writer may have died in the middle of a store, the disk may
 * have been full, and it may be no findings file at all. What cannot be read is an error line; what
 * is missing (a record that was reserved and never committed, a tail that was cut off) is counted
 * in `lost`, and a run that lost anything is not clean [D15].
 */
#ifndef RADDLE_TOOLS_REPORT_RAW_H
#define RADDLE_TOOLS_REPORT_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detector/findings.h"

/* One item of a record. Law: data points to `bytes` readable bytes, aligned to 8. */
struct raw_item {
    uint16_t tag, role, flags;
    uint32_t bytes;
    const void *data;
    size_t owner; /* index of the owning item in its record, or RAW_NO_OWNER: the record itself */
};
#define RAW_NO_OWNER ((size_t)-1)

struct raw_record {
    uint32_t kind; /* enum record_kind */
    uint32_t pid;
    int64_t time_ns;
    const void *raw; /* the whole record as it stands in the file, `bytes` bytes */
    uint32_t bytes;
    const struct raw_item *items;
    size_t n_items;
    bool dropped; /* a finding that somebody decided not to hear of */
};

/* One file, or several read one after the other into the same log. */
struct raw_log {
    struct raw_record *records; /* in the order of the files, and in them of reservation */
    size_t n_records, room;
    uint64_t lost;   /* records that were reserved, damaged or cut off, plus the file's own count */
    bool cut_off;    /* a file ended before its last record did */
    char **memory;   /* the bytes that items point into */
    size_t n_memory; /* owned, like the item arrays */
    size_t memory_room;
};

/* Appends the records of `path` to *log (zeroed before the first call). Returns NULL, or a new
 * string that says why the file is no findings file; *log is unchanged then. */
char *raw_read(struct raw_log *log, const char *path);

/* true when the file starts like a findings file (else it may be JSON). False when unreadable. */
bool raw_is_findings(const char *path);

void raw_free(struct raw_log *log);

/* The first item of that tag and role owned by item `owner` (RAW_NO_OWNER: by the record), or NULL.
 * role ROLE_NONE matches every role. */
const struct raw_item *raw_find(const struct raw_record *record, size_t owner, uint16_t tag,
                                uint16_t role);
/* The next item after index `after` (RAW_NO_OWNER: the first) with that tag; RAW_NO_OWNER: none. */
size_t raw_next(const struct raw_record *record, size_t after, uint16_t tag);

/* Copies a fixed-size payload into `out`; missing bytes (an older writer) become zero. */
void raw_copy(const struct raw_item *item, void *out, size_t bytes);
/* The bytes of an ITEM_TEXT as a new string; NULL item: NULL. */
char *raw_text(const struct raw_item *item);

#endif
