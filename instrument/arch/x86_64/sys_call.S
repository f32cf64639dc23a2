/* sys_call.S - a system call that leaves errno alone: the kernel's own answer, negative on error.
 *
 * long sys_call(long number, long a, long b, long c, long d, long e, long f)
 */
    .text
    .globl sys_call
    .hidden sys_call
    .type sys_call, @function
    .p2align 4
sys_call:
    .cfi_startproc
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    ret
    .cfi_endproc
    .size sys_call, . - sys_call

    .section .note.GNU-stack, "", @progbits
