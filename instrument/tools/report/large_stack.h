/* large_stack.h - work that needs more stack than `ulimit -s` may leave a program's first thread: readers of
 * debug information and the linker that loads them count on megabytes. */
#ifndef RADDLE_TOOLS_REPORT_LARGE_STACK_H
#define RADDLE_TOOLS_REPORT_LARGE_STACK_H

/* work(with), on a stack of its own where the first one is small. Its result. */
int on_large_stack(int (*work)(void *with), void *with);

#endif
