/* stubs.S - the hooks of a dormant program: a slot each, in a section of their own.
 *
 * Without the detector a slot returns at once or jumps to the operation it stands for. The detector
 * writes into each slot its own hook, or an absolute jump to it (patch.c). The symbols are hidden:
 * every executable and shared object is linked to its own copy and none is exported, so nothing is
 * added to DT_NEEDED and no module can bind to the slots of another.
 */
#include "instrument/stub_note.h"

#define SLOT(name, align, bytes)                                                                   \
    SYMBOL(__tsan_##name, .globl, align, bytes)
#define SYMBOL(symbol, binding, align, bytes)                                                      \
    .p2align align, 0xcc; binding symbol; .hidden symbol;                                          \
    .type symbol, @function; .size symbol, bytes; symbol:

#define HOOK_HOT(name, kind, n)                                                                    \
    SLOT(name, 6, STUB_HOT_BYTES) ret; .skip STUB_HOT_BYTES - 1, 0xcc; .set slots, slots + 1;
#define HOOK_RETURN(name)       SLOT(name, 4, STUB_SLOT_BYTES) ret; .set slots, slots + 1;
#define HOOK_NAMED(name)                                                                           \
    SYMBOL(name, .weak, 4, STUB_SLOT_BYTES) ret; .set slots, slots + 1;
#define HOOK_JUMP(name)         .hidden dormant_##name;                                            \
    SLOT(name, 4, STUB_SLOT_BYTES) jmp dormant_##name; .set slots, slots + 1;

    .section .raddle.hooks, "ax", @progbits
    .p2align 12
    .set slots, 0
    .cfi_startproc /* for all of them: each is a leaf that pushes nothing */
first_slot:
#include "instrument/hooks.def"
    .p2align 12, 0xcc
section_end:
    .cfi_endproc

    .section .note.raddle, "a", @note
    .p2align 2
    .long 2f - 1f, 4f - 3f, STUB_NOTE_TYPE
1:  .asciz "Raddle"
2:  .p2align 2
3:  .long STUB_VERSION
    .long slots
    .quad first_slot - .
    .quad section_end - first_slot
4:  .p2align 2

    .section .note.GNU-stack, "", @progbits
