/* same_file.c - a hash table of files, by device and number. */
#include "instrument/tools/report/same_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <uthash.h>

#include "instrument/tools/report/say.h"

struct known_file {
    uint64_t place[2];
    UT_hash_handle hh;
};

bool known_files_have(struct known_files *files, const char *path) {
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode)) {
        return false;
    }
    const uint64_t place[2] = {found.st_dev, found.st_ino};
    struct known_file *known;
    HASH_FIND(hh, files->by_place, place, sizeof place, known);
    if (known != NULL) {
        return true;
    }
    known = mem_new(1, sizeof *known);
    known->place[0] = place[0];
    known->place[1] = place[1];
    HASH_ADD(hh, files->by_place, place, sizeof known->place, known);
    return false;
}

void known_files_free(struct known_files *files) {
    struct known_file *known, *next;
    HASH_ITER(hh, files->by_place, known, next) {
        HASH_DEL(files->by_place, known);
        free(known);
    }
}
