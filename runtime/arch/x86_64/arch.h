/* arch.h - what the runtime needs from the CPU: this header is the contract, switch.S keeps it.
 *
 * Saved      by every switch: rbx, rbp, r12-r15, rsp, and the control words of SSE (mxcsr) and x87,
 *            which the ABI counts as callee-saved. Everything else is dead at a call.
 * Alignment  a context's stack pointer is 16-byte aligned before the call that saved it.
 * Red zone   none is in use: a switch is a call.
 * Stack      belongs to whoever runs on it; between switches it is nobody's, and only its context
 *            says where to go on. A context is used once.
 * Unwinding  complete CFI everywhere; rdl__arch_entry is marked as the end of the stack. It,
 *            rdl__arch_try and rdl__arch_call ask exception.h what becomes of a C++ exception.
 */
#ifndef RDL__ARCH_H
#define RDL__ARCH_H

#include <stddef.h>
#include <stdint.h>

#define ARCH_FUTEX 202 /* the call's number */

/* A suspended computation: its stack pointer; the saved registers lie above it. */
typedef struct {
    void *sp;
} rdl__context;

/* The registers an unwinder starts from. */
struct rdl__registers {
    uintptr_t ip, sp, bp, bx, r12, r13, r14, r15;
};

/* Suspends the caller into *from and resumes to. Returns when someone resumes *from. */
void rdl__arch_switch(rdl__context *from, rdl__context to);

/* What a floating-point environment is made of: mxcsr and the x87 control word. */
struct rdl__control {
    uint32_t mxcsr;
    uint16_t x87;
};

static inline void rdl__arch_get_control(struct rdl__control *out) {
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(out->mxcsr), "=m"(out->x87));
}

/* Loading costs more than a switch does, so only what differs is loaded. */
static inline void rdl__arch_set_control(const struct rdl__control *wanted) {
    struct rdl__control now;
    rdl__arch_get_control(&now);
    if (now.mxcsr != wanted->mxcsr || now.x87 != wanted->x87) {
        __asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(wanted->mxcsr), "m"(wanted->x87));
    }
}

/* Makes *context call fn(arg) on the stack that ends at top. fn must not return. */
void rdl__arch_prepare(rdl__context *context, void *top, void (*fn)(void *), void *arg,
                       const struct rdl__control *control);

/* The registers of a suspended context, as they are for the caller of rdl__arch_switch. */
void rdl__arch_registers(rdl__context context, struct rdl__registers *out);

/* The registers of the caller, as they are when this returns. */
void rdl__arch_capture(struct rdl__registers *out);

/* Calls fn(arg) and returns 0; returns 1 when rdl__arch_jump(mark) was called inside. */
int rdl__arch_try(void **mark, void (*fn)(void *), void *arg);
_Noreturn void rdl__arch_jump(void *mark);

/* Calls fn(arg). A C++ exception must not come out of it: that is fatal (exception.h). */
void rdl__arch_call(void (*fn)(void *), void *arg);

/* This thread's struct rdl__thread. Volatile assembly, which is never merged with an earlier one, so
 * that no compiler can keep the answer across a park: the task may be on another thread then. */
static inline struct rdl__thread *rdl__arch_thread(void) {
    struct rdl__thread *thread;
    __asm__ volatile("movq rdl__this_thread@gottpoff(%%rip), %0\n\taddq %%fs:0, %0"
                     : "=r"(thread)
                     :
                     : "cc");
    return thread;
}

/* Copies and clears bytes without memcpy: the detector interposes that name, and what the runtime
 * moves is reported by the emitters, exactly. The ranges do not overlap. */
void rdl__arch_copy(void *to, const void *from, size_t bytes);
void rdl__arch_zero(void *to, size_t bytes);

/* futex(2), the kernel's own answer. Not by libc's syscall, which the detector interposes: how the runtime's threads
 * wait for each other is no wait of a task [HB-M-02]. */
static inline long rdl__arch_futex(void *word, int operation, uint32_t value, const void *deadline,
                                   uint32_t bits) {
    register const void *fourth __asm__("r10") = deadline;
    register long fifth __asm__("r8") = 0;
    register unsigned long sixth __asm__("r9") = bits;
    long result = ARCH_FUTEX;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(word), "S"((long)operation), "d"((unsigned long)value), "r"(fourth),
                       "r"(fifth), "r"(sixth)
                     : "rcx", "r11", "memory");
    return result;
}

static inline void rdl__arch_pause(void) {
    __builtin_ia32_pause();
}

#endif
