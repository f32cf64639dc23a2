/* fuzz.h - what a fuzzer calls, and what replay.c calls in its place. */
#ifndef RADDLE_TESTS_FUZZ_H
#define RADDLE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* One input; aborts when something is wrong with what it shows. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
