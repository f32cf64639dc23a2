/* io.h - see io.c. */
#ifndef RADDLE_INSTRUMENT_IO_H
#define RADDLE_INSTRUMENT_IO_H

#include "instrument/front.h"

/* fd is about to be closed: who reads its end knows. */
HIDDEN void io_closes(int fd);

#endif
