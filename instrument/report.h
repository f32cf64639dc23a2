/* report.h - the report that a bare LD_PRELOAD run prints about itself. */
#ifndef RADDLE_INSTRUMENT_REPORT_H
#define RADDLE_INSTRUMENT_REPORT_H

/* Runs the report tool on our private findings file, once, when there is something to say, and
 * removes the file. Returns the status the process should end with: `status`, or options.exitcode
 * when findings remain. Nothing happens under run-with-detector. Zone: COLD. */
__attribute__((visibility("hidden"))) int report_at_end(int status);

#endif
