/* stub_note.h - how the detector recognises a module that carries our stubs.
 *
 * Every linked output that pulls in the stub archive has an ELF note, found by the detector through
 * the module's PT_NOTE segments without any symbol:
 *
 *     name "Raddle", type STUB_NOTE_TYPE, description = struct stub_note
 *
 * The assembler (stubs.S) writes it, modules.c reads it. The first constants are plain numbers, so
 * that the assembler can include this header too.
 */
#ifndef RADDLE_INSTRUMENT_STUB_NOTE_H
#define RADDLE_INSTRUMENT_STUB_NOTE_H

#define STUB_VERSION    3 /* raised when the order of hooks.def changes; see there */
#define STUB_NOTE_TYPE  0x52444c31
#define STUB_SLOT_BYTES 16
#define STUB_HOT_BYTES  256 /* of the slot of a HOOK_HOT: a body, and the jump it may end with */
#define STUB_PAGE_BYTES 4096

#ifndef __ASSEMBLER__
#include <stdint.h>

#define STUB_NOTE_NAME "Raddle"

/* Law: section is page-aligned and owned by the stubs alone, so that its pages can be replaced. */
struct stub_note {
    uint32_t version; /* STUB_VERSION of the archive */
    uint32_t count;   /* slots of either size, in the order of hooks.def */
    int64_t section;  /* address of the first slot minus the address of this member */
    uint64_t bytes;   /* of the whole section, a multiple of STUB_PAGE_BYTES */
};
_Static_assert(sizeof(struct stub_note) == 24, "stubs.S writes 24 bytes");
#endif

#endif
