/* once_call.S - void once_call(void (*routine)(void)): calls it, in a frame that is told when it is unwound.
 *
 * Contract: once_unwound (once.c) is called by whoever unwinds the frame, with the arguments of a personality
 * routine of the Itanium C++ ABI. The frame has no table of its own (LSDA), and never catches anything.
 */
    .text
    .globl once_call
    .hidden once_call, once_unwound
    .type once_call, @function
    .p2align 4
once_call:
    .cfi_startproc
    .cfi_personality 0x1b, once_unwound /* pc-relative, 4 bytes */
    sub $8, %rsp
    .cfi_adjust_cfa_offset 8
    call *%rdi
    add $8, %rsp
    .cfi_adjust_cfa_offset -8
    ret
    .cfi_endproc
    .size once_call, . - once_call

    .section .note.GNU-stack, "", @progbits
