/* replace.h - included before every file that the checker explores: the four things of arch.h that
 * must not be the processor's own here. All else is caught where the compiler's -fsanitize=thread
 * calls out (hooks.c) or where the linker finds the model's function of that name (scheduler.c).
 */
#ifndef MODEL_REPLACE_H
#define MODEL_REPLACE_H

#include "runtime/arch/arch.h"

struct rdl__thread *model_thread(void);
void model_copy(void *to, const void *from, size_t bytes);
void model_zero(void *to, size_t bytes);
void model_pause(void);

#define rdl__arch_thread model_thread
#define rdl__arch_copy   model_copy
#define rdl__arch_zero   model_zero
#define rdl__arch_pause  model_pause

#endif
