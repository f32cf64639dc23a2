/* writer.h - how does a finding get into the findings file?
 *
 * A record is put together in one private buffer, under one lock, and appended as findings.h says.
 * An item that does not fit into the buffer is left out; a record that does not fit into the file is
 * counted as lost. Nothing here looks at another module's lock but through its public functions.
 */
#ifndef RADDLE_DETECTOR_WRITER_H
#define RADDLE_DETECTOR_WRITER_H

#include "detector/arena.h"
#include "detector/findings.h"

#define WRITER_BYTES ((size_t)64 << 20) /* lazily committed: a deadlock of 100,000 tasks fits */

struct held_lock;
struct task_wait;

struct writer_state {
    struct spin lock;
    uint8_t *buffer; /* NULL: no memory */
    size_t used;
    uint64_t orphans;  /* of this record, that were told: a bit for each (orphan.h) */
    uint32_t whose;    /* addresses of this record that were looked up (whose.h) */
    uint64_t findings; /* recorded by this process */
};

DET_HIDDEN bool writer_init(void);
/* Puts `now` in the place of a name that records tell, and frees the old one. */
DET_HIDDEN void writer_replace_name(char **name, char *now);

/* Everything between begin and end is one record; other threads wait. */
DET_HIDDEN void writer_begin(enum record_kind kind);
/* Likewise, of a finding; its test is that of task number `task`, 0: nobody in particular. */
DET_HIDDEN void writer_begin_finding(enum record_kind kind, uint32_t task);
/* Returns where the record went in the file, or NULL: it was lost or there is no file. */
DET_HIDDEN struct record_head *writer_end(void);

DET_HIDDEN void writer_item(enum item_tag tag, enum item_role role, const void *payload,
                            size_t bytes);
DET_HIDDEN void writer_text(enum item_role role, const char *text);
DET_HIDDEN void writer_stack(enum item_role role, uint32_t site);
/* The calls that a task which runs is inside of (calls.h), after the task; nothing, if none is known. */
DET_HIDDEN void writer_calls(uint32_t number);
DET_HIDDEN void writer_lock(const struct held_lock *held);
DET_HIDDEN void writer_locks(uint32_t lockset);
/* One task with its creation stack and name; count: see raw_task. */
DET_HIDDEN void writer_task(uint32_t number, uint32_t count);
DET_HIDDEN void writer_task_as(enum item_role role, uint32_t number, uint32_t count);
/* As it was found, though it may have gone on since; running: or not begun yet. */
DET_HIDDEN void writer_task_found(uint32_t number, uint32_t count, enum raw_task_state state);
/* Who has ended, or is not here, and of whom no more is known. */
DET_HIDDEN void writer_task_gone(uint64_t serial, uint64_t user_id, uint32_t kind,
                                 enum raw_task_state state);
/* The parents of the two, each once; b may be 0. */
DET_HIDDEN void writer_families(uint32_t a, uint32_t b);
DET_HIDDEN void writer_object(uintptr_t addr);
/* One that needs no call to be made is known by where it lies, and by what is done with it. */
DET_HIDDEN void writer_object_as(uintptr_t addr, enum ev_object_kind kind);
DET_HIDDEN void writer_wait(const struct task_wait *wait);

#endif
