/* hot_bodies.S - the hooks that are copied into the slots of a module: detector/hot.h in assembly.
 *
 * Why      A call of a hook then costs no jump, and what is constant is not loaded: where the shadow
 *          lies, and the place of the thread's block. Measured against slots that jump to the C
 *          hooks of tsan_abi.c, which these leave the rest to: tests/bench/README.md.
 * Contract A body runs wherever it is copied to: it refers to nothing but registers, the thread's
 *          block and the shadow. patch.c fills in two places: the displacement of the load that
 *          every body begins with, and the jump in the last BODY_JUMP bytes, taken with a return
 *          address on the stack as at the body's call, the first argument in rdi, and, from an
 *          access, the return address in rsi.
 * Layout   of struct thread_self and struct task_hot: asserted in patch.c. Of records: record.h.
 * Budget   a hit: 4 loads, no store, 3 branches not taken.
 */
#include "detector/hot.h"
#include "instrument/stub_note.h"

#define JUMP_AT (STUB_HOT_BYTES - STUB_SLOT_BYTES)

#define SEGMENT     0 /* of struct task_hot */
#define DEPTH       8
#define FRAME_SLOTS 12
#define FRAMES      16

#define READS 32                 /* of a block of the shadow */
#define WIDE  0xc000000000000000 /* record.h: shared, wide */

    .section .rodata, "a", @progbits
    .globl hot_bodies
    .hidden hot_bodies
    .p2align 6
hot_bodies:

    .macro begin
    .p2align 6, 0xcc
90: mov %fs:0, %rax
    test %rax, %rax
    jz 91f
    .endm

    .macro end access
91: .if \access
    mov (%rsp), %rsi
    .endif
    jmp 92f
    .org 90b + JUMP_AT, 0xcc
92: .org 90b + STUB_HOT_BYTES, 0xcc
    .endm

/* Leaves rdx + r10: the word of the first granule in the writes. r8: what words of records that hit are
 * equal to, but for the site. Of less than a granule r11: the bits of it that count. */
    .macro locate n
    movabs $HOT_SHADOW, %rdx
    mov %rdi, %r10
    and HOT_MASK(%rdx), %r10
    mov %edi, %esi
    .if \n == 16
    and $0x10, %esi
    .else
    and $0x18, %esi
    .endif
    lea (%rsi, %r10, 2), %r10
    .if \n < HOT_GRANULE
    mov %edi, %ecx
    and $7, %ecx
    mov $(1 << \n) - 1, %r11d
    shl %cl, %r11
    shl $RECORD_MASK_AT, %r11
    or $(1 << RECORD_MASK_AT) - 1, %r11
    .endif
    movabs $RECORD_ALL << RECORD_MASK_AT, %r8
    or SEGMENT(%rax), %r8
    .endm

/* Returns when all words of one kind hit; else goes to `other`. An address that is not a multiple
 * of n is none of ours. */
    .macro look n, kind, other
    mov \kind(%rdx, %r10), %r9
    xor %r8, %r9
    .if \n < HOT_GRANULE
    test %r11, %r9
    .else
    .if \n == 16
    mov \kind+8(%rdx, %r10), %r11
    xor %r8, %r11
    or %r11, %r9
    .endif
    shl $(64 - RECORD_SITE_AT), %r9
    .endif
    jnz \other
    .if \n > 1
    test $\n - 1, %dil
    jnz 91f
    .endif
    ret
    .endm

    .macro body_write n
    begin
    locate \n
    look \n, 0, 91f
    end 1
    .endm

/* Falls through when a wide word of the block shows the read (hot_has_read). */
    .macro look_wide n
    and $-64, %r10
    mov %edi, %ecx
    shr $3, %ecx
    and $3, %ecx
    add $RECORD_MASK_AT, %ecx
    mov $(1 << ((\n + 7) / 8)) - 1, %r9d
    shl %cl, %r9
    movabs $WIDE, %r8
    or %r9, %r8
    mov $(1 << RECORD_MASK_AT) - 2, %r11d
    or %r8, %r11
    or SEGMENT(%rax), %r8
    .irp i, 0, 8, 16, 24
    mov READS+\i(%rdx, %r10), %rcx
    xor %r8, %rcx
    test %r11, %rcx
    .if \i < 24
    jz 85f
    .else
    jnz 91f
    .endif
    .endr
85:
    .endm

/* An own write of this segment covers the read. Of 16 bytes there is no room to see all. */
    .macro body_read n
    begin
    locate \n
    look \n, READS, 80f
80:
    .if \n == 16
    look \n, 0, 91f
    .else
    look \n, 0, 84f
84: look_wide \n
    .if \n > 1
    test $\n - 1, %dil
    jnz 91f
    .endif
    ret
    .endif
    end 1
    .endm

/* Last the depth: until then nothing is entered, and a signal that comes before the return has the rest
 * done for it, whatever has been loaded (signals.c). */
    .macro body_enter n
    .if \n != 0
    .error "a call has no size"
    .endif
    begin
    mov DEPTH(%rax), %edx
    cmp FRAME_SLOTS(%rax), %edx
    jae 91f
    shl $4, %rdx
    add FRAMES(%rax), %rdx
    mov %rdi, (%rdx)
    mov %rsp, 8(%rdx)
    incl DEPTH(%rax)
    .globl hot_entered
    .hidden hot_entered
hot_entered:
    ret
    end 0
    .endm

    .macro body_leave n
    .if \n != 0
    .error "a call has no size"
    .endif
    begin
    decl DEPTH(%rax)
    ret
    end 0
    .endm

#define HOOK_HOT(name, kind, n) body_##kind n;
#define HOOK_RETURN(name)
#define HOOK_JUMP(name)
#include "instrument/hooks.def"

    .section .note.GNU-stack, "", @progbits
