/* stack_pointer.h - where the stack of the running code ends.
 *
 * STACK_POINTER   the register. In a hook that pushes nothing: the place of its return address.
 * FRAME_SP        the same place in any function; makes it keep a frame pointer.
 */
#ifndef RADDLE_INSTRUMENT_ARCH_STACK_POINTER_H
#define RADDLE_INSTRUMENT_ARCH_STACK_POINTER_H

#include <stdint.h>

#if defined(__x86_64__)
register uintptr_t raddle_stack_pointer __asm__("rsp");
#define STACK_POINTER raddle_stack_pointer
#define FRAME_SP      ((uintptr_t)__builtin_frame_address(0) + sizeof(uintptr_t))
#else
#error "which register is the stack pointer?"
#endif

#endif
