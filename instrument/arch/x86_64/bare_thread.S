/* bare_thread.S - a thread of which libc knows nothing.
 *
 * long bare_thread(void (*run)(void), void *stack_top, int *alive)
 *
 * The answer of clone(2). The thread shares everything with its maker, thread-local storage too, which it
 * therefore must not touch, and ends when run returns. The kernel clears *alive when it has gone, and the
 * stack with it.
 */
#define CLONE_FLAGS 0x350f00 /* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, PARENT_SETTID, CHILD_CLEARTID */
#define NR_CLONE    56
#define NR_EXIT     60

    .text
    .globl bare_thread
    .hidden bare_thread
    .type bare_thread, @function
    .p2align 4
bare_thread:
    .cfi_startproc
    mov %rdi, %r9
    and $-16, %rsi
    mov %rdx, %r10 /* the child's *alive; rdx: the parent's */
    mov $CLONE_FLAGS, %edi
    xor %r8d, %r8d
    mov $NR_CLONE, %eax
    syscall
    test %rax, %rax
    jz 1f
    ret
    .cfi_endproc
1:  .cfi_startproc
    .cfi_undefined rip /* the outermost frame */
    xor %ebp, %ebp
    call *%r9
    xor %edi, %edi
    mov $NR_EXIT, %eax
    syscall
    hlt
    .cfi_endproc
    .size bare_thread, . - bare_thread

    .section .note.GNU-stack, "", @progbits
