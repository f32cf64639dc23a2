/* pieces.h - the parts that findings are made of, each from raw items to JSON: stacks, tasks, waits,
 * locks, and what lies at an address.
 *
 * All functions return a new reference. A text the reader needs in several places ("goroutine 7",
 * "`mu` (rdl_mutex)") is made here once and kept in the JSON as "label": the printers invent
 * nothing.
 */
#ifndef RADDLE_TOOLS_REPORT_PIECES_H
#define RADDLE_TOOLS_REPORT_PIECES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "instrument/tools/report/dwarf_member.h"
#include "instrument/tools/report/processes.h"
#include "instrument/tools/report/raw.h"
#include "instrument/tools/report/recall.h"

/* One record on its way into the model. */
struct scene {
    const struct raw_log *log;
    const struct processes *processes;
    const char *strip_path_prefix; /* "" or the prefix that file names lose */
    size_t index;                  /* of the record in the log */
    const struct raw_record *record;
    const struct process *process; /* NULL when it left no record of itself */
    struct recall *recall;         /* what was made for other records; NULL: nothing is kept */
};

/* The frames of an ITEM_STACK, innermost first; NULL item: []. Frames of our libraries and of the
 * C library's start-up carry "hidden": true. Others may have the same one: it is not to be changed. */
json_t *piece_stack(const struct scene *scene, const struct raw_item *stack);
/* Likewise, in *json by that key, and where it can be read, the source around it as "snippet"
 * (piece_snippet). */
void piece_set_source_stack(json_t *json, const char *key, const struct scene *scene,
                            const struct raw_item *stack);

/* Item `task` of the record, with its creation stack, and its wait when it has one. */
json_t *piece_task(const struct scene *scene, size_t task);
/* The index of the ITEM_TASK with that serial, or RAW_NO_OWNER. */
size_t piece_find_task(const struct scene *scene, uint64_t serial);
/* "goroutine 7", "thread 3", "main", or "another task" when the record does not tell. A new
 * string. */
char *piece_task_label(const struct scene *scene, uint64_t serial);

/* What a task is, as words; of a holder (holders.h), what follows his name, if he is not there any more, or "". */
const char *piece_state(const json_t *task);
const char *piece_gone(const json_t *holder);

/* Whether it is to be told who could end a wait: a thread that is joined is what is waited for. */
bool piece_tells_waker(const json_t *wait);

/* The ITEM_LOCKs that item `owner` owns. */
json_t *piece_locks(const struct scene *scene, size_t owner);

/* The variable at an address of the program's data; NULL when there is none. Of this and the next two: `part`, if not
 * NULL, becomes the part of it that the bytes are of, where it is known. */
json_t *piece_variable(const struct scene *scene, uint64_t address, uint64_t bytes,
                       struct type_part *part);
/* The variable of a function at an address of the stack `block`, an ITEM_BLOCK, by its ITEM_FRAME; NULL: not known. */
json_t *piece_local(const struct scene *scene, size_t block, uint64_t address, uint64_t bytes,
                    struct type_part *part);
/* The variable of a thread at an address below its thread pointer; NULL: not known. */
json_t *piece_local_to_thread(const struct scene *scene, uint64_t pointer, uint64_t address,
                              uint64_t bytes, struct type_part *part);

/* Is this object of the model a variable of static or thread duration, by its name? */
bool piece_is_variable(const json_t *object);

/* Of a task of a deadlock's core: does it wait for a mutex that nobody was seen to take, and that names the task itself
 * as its holder? */
bool piece_says_own(const json_t *task);

/* Some source lines around the user frame of a stack, {"line", "lines": [{"line", "text"}]}; NULL:
 * the file cannot be read. The frame learns its column in UTF-16 code units: nobody else may have the
 * stack. */
json_t *piece_snippet(const struct scene *scene, json_t *stack);

/* A file name without the prefix that the user wants left out; borrowed. */
const char *piece_shown_file(const struct scene *scene, const char *file);

/* "0x7f…" as a new JSON string. */
json_t *piece_address(uint64_t address);

/* Whether a frame is of the user's own code. */
bool piece_is_users(const json_t *frame);
/* The frame a reader looks at first: the innermost one of the user's own code. NULL: none. */
const json_t *piece_user_frame(const json_t *stack);
/* Which one of the stack it is; the stack's size: none. */
size_t piece_user_index(const json_t *stack);
/* Its function, or "?"; borrowed from the stack. */
const char *piece_user_function(const json_t *stack);
/* Its function, or without a name where it is: "stock+0x4f2". A new string. */
char *piece_user_name(const json_t *stack);

/* Where a frame is: "bank.c:23", or "libx.so+0x4f2" without lines. A new string. */
char *piece_frame_place(const json_t *frame);

#endif
