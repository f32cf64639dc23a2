/* setjmp.S - setjmp, getcontext, makecontext: note something, then be the real one.
 *
 * They cannot be C: the real setjmp and getcontext must see the caller's own frame and return
 * address, makecontext its arguments in memory; so each entry leaves by a jump. Contract: the noting
 * function is plain C; it gets the first argument and the place of the entry's return address, and
 * fills the table `real` when nobody has, whose first members are the real functions (jump.c and
 * coroutine.c assert it).
 */
    .text
    .macro saved register
    push %\register
    .cfi_adjust_cfa_offset 8
    .endm
    .macro restored register
    pop %\register
    .cfi_adjust_cfa_offset -8
    .endm

    .macro entry name, slot, note
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    .cfi_startproc
    saved rdi
    saved rsi
    saved rdx
    saved rcx
    saved r8
    saved r9
    saved rax
    lea 56(%rsp), %rsi
    call \note
    restored rax
    restored r9
    restored r8
    restored rcx
    restored rdx
    restored rsi
    restored rdi
    jmp *real+8*\slot(%rip)
    .cfi_endproc
    .size \name, . - \name
    .endm

    .hidden jump_note, coroutine_made, real
    entry setjmp, 0, jump_note
    entry _setjmp, 1, jump_note
    entry __sigsetjmp, 2, jump_note
    entry getcontext, 3, jump_note
    entry makecontext, 4, coroutine_made

    .section .note.GNU-stack, "", @progbits
