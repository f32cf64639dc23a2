/* flat.h - does a load of bounded length leave memory flat?
 *
 * Model    A run is cut into FLAT_WINDOWS parts of equal work, or time. Of each the median of the
 *          resident memory is kept, which a burst does not move. Flat: the median of the last parts
 *          is at most so many percent above that of the parts after the warm-up.
 * Thread   one task at a time.
 */
#ifndef RADDLE_TESTS_LOAD_FLAT_H
#define RADDLE_TESTS_LOAD_FLAT_H

#include <stdbool.h>
#include <stddef.h>

#define FLAT_WINDOWS 20
#define FLAT_WARM    8 /* windows before the first that count, in which stacks fill */
#define FLAT_FEW     4 /* windows that are compared with as many */
#define FLAT_SAMPLES 4096

struct flat {
    size_t n_windows, n_samples; /* windows that are complete, samples of the present one */
    long samples[FLAT_SAMPLES];
    long window_kb[FLAT_WINDOWS];
};

/* Resident memory now. done: the part of the whole that is done, 0 to 1. Prints a row for each window
 * that ends: seconds, jobs, jobs each second, KB. */
void flat_sample(struct flat *flat, double done, double seconds, long jobs);
/* Says in a line whether it is. */
bool flat_judge(const struct flat *flat, long percent);

#endif
