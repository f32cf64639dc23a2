/* helgrind.h - valgrind's helgrind.h, whose requests about threads go to the detector: see raddle_requests.h. */
#ifndef RADDLE_SHADOW_HELGRIND_H
#define RADDLE_SHADOW_HELGRIND_H
#pragma GCC system_header

#include_next <valgrind/helgrind.h>

#include "raddle_requests.h"
#endif
