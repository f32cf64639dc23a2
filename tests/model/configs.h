/* configs.h - the lists of what is explored; each ends with a configuration without a name. */
#ifndef MODEL_CONFIGS_H
#define MODEL_CONFIGS_H

#include "world.h"

extern const struct config configs_chan[];
extern const struct config configs_select[];
extern const struct config configs_sync[];
extern const struct config configs_lock[];
extern const struct config configs_runq[];

#endif
