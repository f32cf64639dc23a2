/* report.h - the report that a bare LD_PRELOAD run prints about itself. */
#ifndef RADDLE_INSTRUMENT_REPORT_H
#define RADDLE_INSTRUMENT_REPORT_H

/* Finds the tool, if this is a bare run, or somebody may ask for a dump. given: what RADDLE_REPORT says, or NULL. Once. */
__attribute__((visibility("hidden"))) void report_start(const char *given);
/* Runs the report tool on our private findings file, once, when there is something to say, and
 * removes the file. Returns the status the process should end with: `status`, or options.exitcode
 * when findings remain. Nothing happens under run-with-detector. Zone: COLD, and
 * free of libc: any thread, also one without thread-local storage. */
__attribute__((visibility("hidden"))) int report_at_end(int status);
/* Runs the tool on the last dump (det_dump), which it prints on standard error. Likewise. */
__attribute__((visibility("hidden"))) void report_dump(void);

#endif
