/* host.h - what the detector core may ask of a preloaded process: see struct det_host. */
#ifndef RADDLE_INSTRUMENT_HOST_H
#define RADDLE_INSTRUMENT_HOST_H

#include "detector/detector.h"

extern const struct det_host host;

#endif
