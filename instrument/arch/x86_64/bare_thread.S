/* bare_thread.S - a thread, or a process, of which libc knows nothing.
 *
 * long bare_clone(void (*run)(void *), void *argument, void *stack_top, int *alive, long flags)
 *
 * The answer of clone(2), whose flags have at least VM, PARENT_SETTID and CHILD_CLEARTID, and no SETTLS. What is
 * made has the thread-local storage of its maker, which it therefore must not touch, and ends when run returns.
 * The kernel clears *alive when it has gone, and the stack with it.
 */
#define NR_CLONE 56
#define NR_EXIT  60

    .text
    .globl bare_clone
    .hidden bare_clone
    .type bare_clone, @function
    .p2align 4
bare_clone:
    .cfi_startproc
    mov %rdi, %r9
    mov %r8, %rdi
    mov %rsi, %r8 /* where clone takes what it is not asked to use: both registers are the child's, too */
    mov %rdx, %rsi
    and $-16, %rsi
    mov %rcx, %rdx
    mov %rcx, %r10 /* the child's *alive; rdx: the parent's */
    mov $NR_CLONE, %eax
    syscall
    test %rax, %rax
    jz 1f
    ret
    .cfi_endproc
1:  .cfi_startproc
    .cfi_undefined rip /* the outermost frame */
    xor %ebp, %ebp
    mov %r8, %rdi
    call *%r9
    xor %edi, %edi
    mov $NR_EXIT, %eax
    syscall
    hlt
    .cfi_endproc
    .size bare_clone, . - bare_clone

    .section .note.GNU-stack, "", @progbits
