/* ops.h - the calls of raddle.h as the configurations make them: recorded, on objects that are new in
 * every execution, with their elements in watched memory.
 */
#ifndef MODEL_OPS_H
#define MODEL_OPS_H

#include <raddle.h>

#include "history.h"
#include "world.h"

#define CHANNELS 4

extern rdl_chan *channels[CHANNELS];

/* Makes channels 0 .. n - 1 of int. */
void make_channels(unsigned n, const size_t *capacities);

/* The same, with a value in the buffer of one of them. */
void fill_channel(unsigned channel, int value);

enum op_result do_send(unsigned channel, int value);
enum op_result do_recv(unsigned channel, int *value);
enum op_result do_try_send(unsigned channel, int value);
enum op_result do_try_recv(unsigned channel, int *value);
enum op_result do_close(unsigned channel);
void do_free(unsigned channel);

/* One select: cases, and perhaps a time-out or a default. Returns the index of what was chosen; n_cases
 * for the time-out or default. */
unsigned do_select(const struct op_case *cases, unsigned n_cases, bool has_default,
                   rdl_duration timeout, enum op_result *result);

/* A watched block of zeroes for an object of the user's; and its end. */
void *new_object(size_t bytes);
void free_object(void *object);

/* Waits until the task, counted from 0, has parked. */
void await_parked(unsigned task);

/* Fails with the text unless it holds. */
void require(bool holds, const char *what);

#endif
