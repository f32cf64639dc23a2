/* drd.h - valgrind's drd.h, whose requests about threads go to the detector: see raddle_requests.h. */
#ifndef RADDLE_SHADOW_DRD_H
#define RADDLE_SHADOW_DRD_H
#pragma GCC system_header

#include_next <valgrind/drd.h>

#include "raddle_requests.h"
#endif
