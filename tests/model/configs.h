/* configs.h - the lists of what is explored; each ends with a configuration without a name. */
#ifndef MODEL_CONFIGS_H
#define MODEL_CONFIGS_H

#include "world.h"

/* The lists of this program, NULL at the end. */
extern const struct config *const config_lists[];

/* With the model's scheduler. */
extern const struct config configs_chan[];
extern const struct config configs_select[];
extern const struct config configs_sync[];
extern const struct config configs_rw[];
extern const struct config configs_lock[];
extern const struct config configs_runq[];

/* With the runtime's own. */
extern const struct config configs_workers[];

#endif
