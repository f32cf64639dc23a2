/* switch.S - changing stacks on x86-64; arch.h is the contract.
 *
 * A suspended context, from its stack pointer upwards, 8 bytes each:
 *   mxcsr and x87 control word | r15 | r14 | r13 | r12 | rbx | rbp | return address
 */
        .text

/* Weak: a program that takes the switch alone has no exceptions in mind. */
        .weak   rdl__exception_at_entry, rdl__exception_at_try, rdl__exception_at_call
        .hidden rdl__exception_at_entry, rdl__exception_at_try, rdl__exception_at_call

#define FUNCTION(name)   .globl name; .hidden name; .type name, @function; .balign 16; name:
#define END(name)        .size name, . - name

/* How .eh_frame names a personality routine: DW_EH_PE_pcrel | DW_EH_PE_sdata4. */
#define PC_RELATIVE      0x1b

        .macro save_registers
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        .endm

        /* Control words are loaded only when they differ: loading costs more than the switch.
         * ecx, dx: those in force. */
        .macro restore_registers_unless_same
        cmpl    (%rsp), %ecx
        jne     8f
        cmpw    4(%rsp), %dx
        je      9f
8:      ldmxcsr (%rsp)
        fldcw   4(%rsp)
9:      addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        .endm

        .macro restore_registers
        stmxcsr -8(%rsp)
        fnstcw  -4(%rsp)
        movl    -8(%rsp), %ecx
        movzwl  -4(%rsp), %edx
        restore_registers_unless_same
        .endm

/* void rdl__arch_switch(rdl__context *from, rdl__context to) */
FUNCTION(rdl__arch_switch)
        .cfi_startproc
        save_registers
        movl    (%rsp), %ecx            /* what is in force: to store it again costs 3 ns */
        movzwl  4(%rsp), %edx
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp      /* the same layout lies here: the CFI above still holds */
        restore_registers_unless_same
        ret
        .cfi_endproc
END(rdl__arch_switch)

/* Where a new stack begins: nobody called this, which .cfi_undefined tells every unwinder. */
FUNCTION(rdl__arch_entry)
        .cfi_startproc
        .cfi_personality PC_RELATIVE, rdl__exception_at_entry
        .cfi_undefined %rip
        .cfi_undefined %rbp
        nop                     /* unwinders look up the return address minus one */
rdl__arch_entry_resume:
        movq    %r12, %rdi
        call    *%r13
        ud2
        .cfi_endproc
END(rdl__arch_entry)

/* void rdl__arch_prepare(rdl__context *context, void *top, void (*fn)(void *), void *arg,
 *                        const struct rdl__control *control) */
FUNCTION(rdl__arch_prepare)
        .cfi_startproc
        andq    $-16, %rsi
        movq    $0, -8(%rsi)            /* the end of a chain of frame pointers */
        movq    $0, -16(%rsi)
        leaq    rdl__arch_entry_resume(%rip), %rax
        movq    %rax, -24(%rsi)         /* after ret, rsp = top - 16: aligned for the call there */
        leaq    -24(%rsi), %rsi
        movq    $0, -8(%rsi)            /* rbp */
        movq    $0, -16(%rsi)           /* rbx */
        movq    %rcx, -24(%rsi)         /* r12: arg */
        movq    %rdx, -32(%rsi)         /* r13: fn */
        movq    $0, -40(%rsi)           /* r14 */
        movq    $0, -48(%rsi)           /* r15 */
        movl    (%r8), %eax
        movl    %eax, -56(%rsi)
        movzwl  4(%r8), %eax
        movl    %eax, -52(%rsi)
        leaq    -56(%rsi), %rax
        movq    %rax, (%rdi)
        ret
        .cfi_endproc
END(rdl__arch_prepare)

/* void rdl__arch_registers(rdl__context context, struct rdl__registers *out) */
FUNCTION(rdl__arch_registers)
        .cfi_startproc
        movq    56(%rdi), %rax
        movq    %rax, (%rsi)            /* ip */
        leaq    64(%rdi), %rax
        movq    %rax, 8(%rsi)           /* sp */
        movq    48(%rdi), %rax
        movq    %rax, 16(%rsi)          /* bp */
        movq    40(%rdi), %rax
        movq    %rax, 24(%rsi)          /* bx */
        movq    32(%rdi), %rax
        movq    %rax, 32(%rsi)          /* r12 */
        movq    24(%rdi), %rax
        movq    %rax, 40(%rsi)          /* r13 */
        movq    16(%rdi), %rax
        movq    %rax, 48(%rsi)          /* r14 */
        movq    8(%rdi), %rax
        movq    %rax, 56(%rsi)          /* r15 */
        ret
        .cfi_endproc
END(rdl__arch_registers)

/* void rdl__arch_capture(struct rdl__registers *out) */
FUNCTION(rdl__arch_capture)
        .cfi_startproc
        movq    (%rsp), %rax
        movq    %rax, (%rdi)
        leaq    8(%rsp), %rax
        movq    %rax, 8(%rdi)
        movq    %rbp, 16(%rdi)
        movq    %rbx, 24(%rdi)
        movq    %r12, 32(%rdi)
        movq    %r13, 40(%rdi)
        movq    %r14, 48(%rdi)
        movq    %r15, 56(%rdi)
        ret
        .cfi_endproc
END(rdl__arch_capture)

/* int rdl__arch_try(void **mark, void (*fn)(void *), void *arg): the mark is a stack pointer below
 * which the registers of the caller lie. */
FUNCTION(rdl__arch_try)
        .cfi_startproc
        .cfi_personality PC_RELATIVE, rdl__exception_at_try
        save_registers
        movq    %rsp, (%rdi)
        movq    %rdx, %rdi
        call    *%rsi
        xorl    %eax, %eax
rdl__arch_try_return:
        restore_registers
        ret
        .cfi_endproc
END(rdl__arch_try)

/* void rdl__arch_jump(void *mark) */
FUNCTION(rdl__arch_jump)
        .cfi_startproc
        movq    %rdi, %rsp
        movl    $1, %eax
        jmp     rdl__arch_try_return
        .cfi_endproc
END(rdl__arch_jump)

/* void rdl__arch_call(void (*fn)(void *), void *arg) */
FUNCTION(rdl__arch_call)
        .cfi_startproc
        .cfi_personality PC_RELATIVE, rdl__exception_at_call
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        movq    %rdi, %rax
        movq    %rsi, %rdi
        call    *%rax
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
END(rdl__arch_call)

/* void rdl__arch_copy(void *to, const void *from, size_t bytes) */
FUNCTION(rdl__arch_copy)
        .cfi_startproc
        movq    %rdx, %rcx
        rep movsb
        ret
        .cfi_endproc
END(rdl__arch_copy)

/* void rdl__arch_zero(void *to, size_t bytes) */
FUNCTION(rdl__arch_zero)
        .cfi_startproc
        movq    %rsi, %rcx
        xorl    %eax, %eax
        rep stosb
        ret
        .cfi_endproc
END(rdl__arch_zero)

        .section .note.GNU-stack, "", @progbits
