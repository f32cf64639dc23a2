/* setjmp.S - setjmp and its forms: note the depth of the shadow stack, then be the real one.
 *
 * They cannot be C: the real setjmp must see the caller's own frame and return address, so each
 * entry leaves by a jump. Contract: jump_note(buffer) is plain C; jump_real_* are filled before
 * the first call, or by jump_note.
 */
    .text
    .macro entry name, real
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    .cfi_startproc
    push %rdi
    .cfi_adjust_cfa_offset 8
    push %rsi
    .cfi_adjust_cfa_offset 8
    sub $8, %rsp
    .cfi_adjust_cfa_offset 8
    call jump_note
    add $8, %rsp
    .cfi_adjust_cfa_offset -8
    pop %rsi
    .cfi_adjust_cfa_offset -8
    pop %rdi
    .cfi_adjust_cfa_offset -8
    jmp *\real(%rip)
    .cfi_endproc
    .size \name, . - \name
    .endm

    .hidden jump_note, jump_real_setjmp, jump_real__setjmp, jump_real___sigsetjmp
    entry setjmp, jump_real_setjmp
    entry _setjmp, jump_real__setjmp
    entry __sigsetjmp, jump_real___sigsetjmp

    .section .note.GNU-stack, "", @progbits
