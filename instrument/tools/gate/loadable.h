/* loadable.h - which file is this command, and can a library be preloaded into it? */
#ifndef RADDLE_TOOLS_GATE_LOADABLE_H
#define RADDLE_TOOLS_GATE_LOADABLE_H

/* The file that execvp would run; a new string. NULL: there is none, and *status is what a shell
 * would say: 127 not found, 126 found but not to be executed. */
char *command_path(const char *name, int *status);

/* NULL when the detector can be loaded into the program at `path` (a script: into its interpreter);
 * else a new string "what: why; what to do". */
char *command_obstacle(const char *path);

#endif
