/* probe.h - memory that the program hands to the kernel, and that we look at before the kernel does.
 *
 * A bad pointer there is no fault of the program: the call answers with EFAULT, and so it must with us. Where we
 * would look at what it points to, the kernel is asked first. Only for callers that are watched; where a sandbox
 * may forbid the question the answer is taken to be yes.
 * Zone  SYNC.
 */
#ifndef RADDLE_INSTRUMENT_PROBE_H
#define RADDLE_INSTRUMENT_PROBE_H

#include "instrument/front.h"

/* All pages of the n bytes can be read, of many the first and the last. Cost: a system call for each. */
HIDDEN bool probe_bytes(const void *at, size_t n);

/* Bytes of a text with its end; 0: it has none within `most` bytes, or cannot be read. */
HIDDEN size_t probe_text(const char *text, size_t most);

/* Entries of a list of texts that ends with NULL, environ's like, all of which can be read; -1: no such list. */
HIDDEN long probe_list(char *const *list);

#endif
