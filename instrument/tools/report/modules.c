/* modules.c - opening executables and libraries, and telling whether they are still the same. */
#include "instrument/tools/report/modules.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/units.h"

/* Beside the file, below it in .debug, where the user says, and in the system's place; "+": only with
 * the checksum or build id that the file names. */
static const Dwfl_Callbacks *callbacks_of(struct modules *modules) {
    if (modules->search == NULL) {
        const char *given = modules->debug_path == NULL ? "" : modules->debug_path;
        modules->search =
            str_format("+:.debug:%s%s/usr/lib/debug", given, given[0] == '\0' ? "" : ":");
        modules->callbacks = (Dwfl_Callbacks){
            .find_elf = dwfl_build_id_find_elf,
            .find_debuginfo = dwfl_standard_find_debuginfo,
            .section_address = dwfl_offline_section_address,
            .debuginfo_path = &modules->search,
        };
    }
    return &modules->callbacks;
}

static enum module_state compare_build_id(const struct module *module) {
    const unsigned char *bits = NULL;
    GElf_Addr where;
    int bytes = dwfl_module_build_id(module->handle, &bits, &where);
    if (module->build_id_bytes == 0 || bytes <= 0) {
        return module->build_id_bytes == 0 ? MODULE_READABLE : MODULE_CHANGED;
    }
    size_t known =
        (size_t)bytes < sizeof module->build_id ? (size_t)bytes : sizeof module->build_id;
    bool same = known == module->build_id_bytes && memcmp(bits, module->build_id, known) == 0;
    return same ? MODULE_READABLE : MODULE_CHANGED;
}

bool path_is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static void open_file(struct modules *modules, struct module *module) {
    module->state = MODULE_MISSING;
    if (module->path[0] != '/' || !path_is_file(module->path)) {
        return; /* the vdso and its like have no file */
    }
    module->dwfl = dwfl_begin(callbacks_of(modules));
    if (module->dwfl == NULL) {
        return;
    }
    module->handle = dwfl_report_elf(module->dwfl, module->path, module->path, -1, 0, true);
    dwfl_report_end(module->dwfl, NULL, NULL);
    GElf_Addr bias = 0;
    if (module->handle != NULL && dwfl_module_getelf(module->handle, &bias) != NULL) {
        module->shift = bias;
        module->state = compare_build_id(module);
    }
}

/* "PATH:build id in hex". A new string. */
static char *key_of(const char *path, const uint8_t *build_id, size_t build_id_bytes) {
    static const char digits[] = "0123456789abcdef";
    size_t n = strlen(path);
    char *key = mem_new(n + 2 * build_id_bytes + 2, 1);
    memcpy(key, path, n);
    key[n++] = ':';
    for (size_t i = 0; i < build_id_bytes; i++) {
        key[n++] = digits[build_id[i] >> 4];
        key[n++] = digits[build_id[i] & 15];
    }
    return key;
}

struct module *modules_open(struct modules *modules, const char *path, const uint8_t *build_id,
                            size_t build_id_bytes) {
    struct module *module = NULL;
    if (build_id_bytes > sizeof module->build_id) {
        build_id_bytes = sizeof module->build_id;
    }
    char *key = key_of(path, build_id, build_id_bytes);
    HASH_FIND_STR(modules->by_key, key, module);
    if (module != NULL) {
        free(key);
        return module;
    }
    module = mem_new(1, sizeof *module);
    module->path = str_copy(path);
    module->key = key;
    if (build_id_bytes != 0) {
        memcpy(module->build_id, build_id, build_id_bytes);
    }
    module->build_id_bytes = build_id_bytes;
    open_file(modules, module);
    HASH_ADD_KEYPTR(hh, modules->by_key, module->key, strlen(module->key), module);
    return module;
}

void modules_free(struct modules *modules) {
    struct module *module, *next;
    HASH_ITER(hh, modules->by_key, module, next) {
        HASH_DEL(modules->by_key, module);
        units_forget(module);
        if (module->dwfl != NULL) {
            dwfl_end(module->dwfl);
        }
        free(module->path);
        free(module->key);
        free(module);
    }
    free(modules->search);
    modules->search = NULL;
}

bool module_is_system(const char *path) {
    static const char *const roots[] = {"/usr/", "/bin/", "/sbin/", "/lib",
                                        "/opt/", "/nix/", "/snap/"};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (strncmp(path, roots[i], strlen(roots[i])) == 0) {
            return true;
        }
    }
    return false;
}

bool module_is_ours(const char *path) {
    const char *name = strrchr(path, '/');
    name = name == NULL ? path : name + 1;
    return strncmp(name, "libraddle.so", 12) == 0 ||
           strncmp(name, "libraddle-detector.so", 21) == 0;
}
