/* place.h - the line of the source that an instruction belongs to. */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include <stdint.h>

/* "function file:line", or the address. The answer lives until the next eight calls. */
const char *place_of(uintptr_t pc);

#endif
