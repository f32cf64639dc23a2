/* stubs.S - the hooks of a dormant program: 16 bytes each, in a section of their own.
 *
 * Without the detector a slot returns at once or jumps to the operation it stands for. The detector
 * overwrites each slot with an absolute jump to its own hook (patch.c). The symbols are hidden:
 * every executable and shared object is linked to its own copy and none is exported, so nothing is
 * added to DT_NEEDED and no module can bind to the slots of another.
 */
#include "instrument/stub_note.h"

#define SLOT(name)                                                                                 \
    .p2align 4, 0xcc; .globl __tsan_##name; .hidden __tsan_##name;                                 \
    .type __tsan_##name, @function; .size __tsan_##name, STUB_SLOT_BYTES; __tsan_##name:

#define HOOK_RETURN(name) SLOT(name) ret;
#define HOOK_JUMP(name)   .hidden dormant_##name; SLOT(name) jmp dormant_##name;

    .section .raddle.hooks, "ax", @progbits
    .p2align 12
first_slot:
#include "instrument/hooks.def"
    .p2align 4, 0xcc
last_slot:
    .p2align 12, 0xcc
section_end:

    .section .note.raddle, "a", @note
    .p2align 2
    .long 2f - 1f, 4f - 3f, STUB_NOTE_TYPE
1:  .asciz "Raddle"
2:  .p2align 2
3:  .long STUB_VERSION
    .long (last_slot - first_slot) / STUB_SLOT_BYTES
    .quad first_slot - .
    .quad section_end - first_slot
4:  .p2align 2

    .section .note.GNU-stack, "", @progbits
