/* imports.c - see imports.h.
 *
 * The list is the one for debuggers, with its state: it is whole while that is RT_CONSISTENT. What a library uses of
 * others it has relocations for; how many symbols it has is told by no table alike in all.
 */
#include "instrument/imports.h"

#include <elf.h>
#include <link.h>

/* The dynamic section of a library, as far as it matters. */
struct tables {
    const ElfW(Sym) * symbol;
    const char *names;
    const ElfW(Rela) * relocation, *of_calls;
    size_t relocations, relatives, calls; /* relatives: those without a symbol, which come first */
};

static bool is_same(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool begins(const char *text, const char *with) {
    while (*with != '\0' && *text == *with) {
        text++;
        with++;
    }
    return *with == '\0';
}

static bool is_the_systems(const char *path) {
    static const char *const those[] = {"libc.so",
                                        "libpthread.so",
                                        "librt.so",
                                        "libdl.so",
                                        "libm.so",
                                        "ld-linux",
                                        "libstdc++.so",
                                        "libc++.so",
                                        "libc++abi.so",
                                        "libgcc_s.so",
                                        "libgomp.so",
                                        "libomp.so",
                                        "libiomp5.so",
                                        "libunwind.so",
                                        "linux-vdso",
                                        "libraddle.so",
                                        "libraddle-detector.so"};
    const char *name = path;
    for (; *path != '\0'; path++) {
        name = *path == '/' ? path + 1 : name;
    }
    for (size_t i = 0; i < sizeof those / sizeof those[0]; i++) {
        if (begins(name, those[i])) {
            return true;
        }
    }
    return false;
}

/* The linker makes addresses of what the file has, but where it may not write. */
static uintptr_t address_in(const struct link_map *module, uintptr_t value) {
    return value < module->l_addr ? module->l_addr + value : value;
}

static void read_entry(struct tables *found, const struct link_map *module,
                       const ElfW(Dyn) * entry) {
    uintptr_t value = entry->d_un.d_val, at = address_in(module, value);
    switch (entry->d_tag) {
    case DT_SYMTAB:
        found->symbol = (const ElfW(Sym) *)at;
        break;
    case DT_STRTAB:
        found->names = (const char *)at;
        break;
    case DT_RELA:
        found->relocation = (const ElfW(Rela) *)at;
        break;
    case DT_RELASZ:
        found->relocations = value / sizeof(ElfW(Rela));
        break;
    case DT_RELACOUNT:
        found->relatives = value;
        break;
    case DT_JMPREL:
        found->of_calls = (const ElfW(Rela) *)at;
        break;
    case DT_PLTRELSZ:
        found->calls = value / sizeof(ElfW(Rela));
        break;
    default:
        break;
    }
}

static struct tables tables_of(const struct link_map *module) {
    struct tables found = {0};
    for (const ElfW(Dyn) *entry = module->l_ld; entry != NULL && entry->d_tag != DT_NULL; entry++) {
        read_entry(&found, module, entry);
    }
    return found;
}

static bool any_wants(const struct tables *tables, const ElfW(Rela) * relocation, size_t n,
                      const char *const *names) {
    for (size_t i = 0; i < n && relocation != NULL; i++) {
        const ElfW(Sym) *symbol = &tables->symbol[ELF64_R_SYM(relocation[i].r_info)];
        for (size_t k = 0; symbol->st_shndx == SHN_UNDEF && names[k] != NULL; k++) {
            if (is_same(tables->names + symbol->st_name, names[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool module_wants(const struct link_map *module, const char *const *names) {
    struct tables t = tables_of(module);
    size_t skipped = t.relatives < t.relocations ? t.relatives : t.relocations;
    return t.symbol != NULL && t.names != NULL &&
           (any_wants(&t, t.relocation + skipped, t.relocations - skipped, names) ||
            any_wants(&t, t.of_calls, t.calls, names));
}

bool imports_any(const char *const *names) {
    const struct r_debug *linker = front.modules.linker;
    if (linker == NULL || linker->r_state != RT_CONSISTENT) {
        return true;
    }
    for (const struct link_map *m = linker->r_map; m != NULL; m = m->l_next) {
        if (!is_the_systems(m->l_name) && module_wants(m, names)) {
            return true;
        }
    }
    return false;
}
