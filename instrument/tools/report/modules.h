/* modules.h - the executables and libraries that addresses lie in, opened once each.
 *
 * A module is named by path and build id, and known by ELF addresses: whoever asks subtracts the
 * load bias first, so processes that loaded it at different places share it. A file whose build id
 * is another one than recorded was built again since: its lines would be lies, so it is not used,
 * and every frame says so. Nothing is ever fetched from a network.
 */
#ifndef RADDLE_TOOLS_REPORT_MODULES_H
#define RADDLE_TOOLS_REPORT_MODULES_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

enum module_state {
    MODULE_READABLE,
    MODULE_CHANGED, /* built again since the run */
    MODULE_MISSING, /* no such file any more, or no ELF file */
};

struct unit; /* units.h */

struct module {
    char *path;
    uint8_t build_id[32];
    size_t build_id_bytes; /* 0: not known, then the file is taken as it is */
    enum module_state state;
    Dwfl *dwfl; /* NULL unless readable */
    Dwfl_Module *handle;
    Dwarf_Addr shift;   /* added to an ELF address to get the address libdwfl knows it by */
    struct unit *units; /* those that were looked into */
    char *key;          /* path and build id, see modules.c */
    UT_hash_handle hh;
};

/* Every frame of every finding asks for its module: a hash table, by key. Valid when zero. */
struct modules {
    struct module *by_key;
    const char
        *debug_path; /* where debug information may lie, too, between colons; NULL: nowhere */
    char *search;    /* modules.c: all places where it is looked for */
    Dwfl_Callbacks callbacks;
};

/* Never NULL; lives as long as *modules. */
struct module *modules_open(struct modules *modules, const char *path, const uint8_t *build_id,
                            size_t build_id_bytes);
void modules_free(struct modules *modules);

/* Is this a regular file? Names from a findings file are opened only then: opening a FIFO waits, and
 * reading a terminal takes what was not written for it. */
bool path_is_file(const char *path);
/* Is this a file of the system's directories (/usr, /lib, …)? */
bool module_is_system(const char *path);
/* Is this a library of ours, whose frames no user wants to see? */
bool module_is_ours(const char *path);

#endif
