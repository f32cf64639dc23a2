/* arch.h - chooses the CPU. */
#ifndef RDL__ARCH_FRONT_H
#define RDL__ARCH_FRONT_H

#if defined(__x86_64__)
#include "runtime/arch/x86_64/arch.h"
#else
#error "raddle: no arch/ directory for this CPU"
#endif

#endif
