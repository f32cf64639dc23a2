/* line_zero.c - code that belongs to no line, as clang leaves it where it has merged two. gcc says
 * nothing of such a line, so that the one before it goes on. */
#include "tests/tools/bank.h"

void visit_nowhere(struct places *places) {
    *places->calls = 1; /* the line before */
#line 0
    __asm__ volatile("nop\n\t.globl nowhere\nnowhere:\n\tnop");
}
