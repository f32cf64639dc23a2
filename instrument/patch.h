/* patch.h - connecting the hooks of one module to the detector. */
#ifndef RADDLE_INSTRUMENT_PATCH_H
#define RADDLE_INSTRUMENT_PATCH_H

#include "instrument/stub_note.h"

#include <stdint.h>

/* Replaces the slots that `note`, in place in its module, describes; returns where the first is. 0: they
 * could not be replaced, or belong to another version of Raddle; the module stays dormant. Zone: COLD. */
__attribute__((visibility("hidden"))) uintptr_t patch_stubs(const struct stub_note *note);

#endif
