/* paths.h - what the programs here share: a thread A that writes x before main does.
 *
 * Each is built twice: as it is, FIRST only makes A the first, unseen, and the two writes race; with
 * ORDERED, A is joined, and nothing may be reported.
 */
#ifndef RADDLE_TESTS_PATHS_H
#define RADDLE_TESTS_PATHS_H

#include "../rules/invisible.h"

#include <pthread.h>

#ifdef ORDERED
#define FIRST(thread) pthread_join(thread, NULL)
#else
#define FIRST(thread) (await(1), pthread_detach(thread))
#endif

#endif
