/* same_file.h - was this file given before, by whatever name?
 *
 * Of files alone: what a pipe gives cannot be read again.
 */
#ifndef RADDLE_REPORT_SAME_FILE_H
#define RADDLE_REPORT_SAME_FILE_H

#include <stdbool.h>

struct known_files {
    struct known_file *by_place; /* hash table */
};

/* Whether the file is among them; it is from now on. False, too, for what is no file, or not there. */
bool known_files_have(struct known_files *files, const char *path);
void known_files_free(struct known_files *files);

#endif
