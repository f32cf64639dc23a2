/* setjmp.S - setjmp and its forms: note the depth of the shadow stack, then be the real one.
 *
 * They cannot be C: the real setjmp must see the caller's own frame and return address, so each
 * entry leaves by a jump. Contract: jump_note(buffer, sp) is plain C, sp the place of the entry's return address; it fills the table `real`
 * when nobody has; its first three members are the real functions (jump.c asserts it).
 */
    .text
    .macro entry name, slot
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    .cfi_startproc
    push %rdi
    .cfi_adjust_cfa_offset 8
    push %rsi
    .cfi_adjust_cfa_offset 8
    lea 16(%rsp), %rsi
    sub $8, %rsp
    .cfi_adjust_cfa_offset 8
    call jump_note
    add $8, %rsp
    .cfi_adjust_cfa_offset -8
    pop %rsi
    .cfi_adjust_cfa_offset -8
    pop %rdi
    .cfi_adjust_cfa_offset -8
    jmp *real+8*\slot(%rip)
    .cfi_endproc
    .size \name, . - \name
    .endm

    .hidden jump_note, real
    entry setjmp, 0
    entry _setjmp, 1
    entry __sigsetjmp, 2

    .section .note.GNU-stack, "", @progbits
