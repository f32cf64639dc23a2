/* stack_pointer.h - where the stack of the running code ends; what a signal interrupted.
 *
 * STACK_POINTER   the register. In a hook that pushes nothing: the place of its return address.
 * FRAME_SP        the same place in any function; makes it keep a frame pointer.
 */
#ifndef RADDLE_INSTRUMENT_ARCH_STACK_POINTER_H
#define RADDLE_INSTRUMENT_ARCH_STACK_POINTER_H

#include <stdint.h>
#include <ucontext.h>

/* Where a signal arrived, and the first argument of the function if it has not changed it. */
struct interrupted {
    uintptr_t pc, sp, argument;
};

#if defined(__x86_64__)
register uintptr_t raddle_stack_pointer __asm__("rsp");
#define STACK_POINTER raddle_stack_pointer
#define FRAME_SP      ((uintptr_t)__builtin_frame_address(0) + sizeof(uintptr_t))

static inline struct interrupted interrupted_at(const ucontext_t *context) {
    const greg_t *r = context->uc_mcontext.gregs;
    return (struct interrupted){(uintptr_t)r[REG_RIP], (uintptr_t)r[REG_RSP],
                                (uintptr_t)r[REG_RDI]};
}

/* The interrupted code shall go on at pc. */
static inline void interrupted_resume(ucontext_t *context, uintptr_t pc) {
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}
#else
#error "which register is the stack pointer?"
#endif

#endif
