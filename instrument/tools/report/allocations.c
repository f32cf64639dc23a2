/* allocations.c - calls of malloc and its like in the code of a unit. */
#include "instrument/tools/report/allocations.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/units.h"

enum { CALL_BYTES = 6, MOST_LINES = 256, MOST_SECTIONS = 16, MOST_SLOTS = 32 };

/* Code as it stands in the file. */
struct code {
    Dwarf_Addr start;
    const unsigned char *bytes;
    size_t n;
};

/* A place that the loader writes the address of a function to. */
struct slot {
    Dwarf_Addr address;
    bool reallocates;
};

/* Addresses are those of the file but where a unit is asked. */
struct search {
    const struct site *site, *wrappers;
    size_t n_wrappers;
    Dwarf_Addr to_unit; /* from the file's addresses to the unit's */
    Dwarf_Die *unit;    /* the half with the lines (units.h) */
    struct code code[MOST_SECTIONS];
    size_t n_code;
    struct slot slots[MOST_SLOTS];
    size_t n_slots;
    json_int_t lines[MOST_LINES];
    size_t n_lines;
    bool reallocates, is_full;
};

/* -- the functions that are called -- */

static bool is_one_of(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool allocates(const char *name) {
    static const char *const names[] = {"malloc",   "calloc",         "aligned_alloc",
                                        "memalign", "posix_memalign", "valloc"};
    return is_one_of(name, names, sizeof names / sizeof names[0]) ||
           strncmp(name, "_Znw", 4) == 0 || strncmp(name, "_Zna", 4) == 0; /* operator new */
}

static bool reallocates(const char *name) {
    static const char *const names[] = {"realloc", "reallocarray"};
    return is_one_of(name, names, sizeof names / sizeof names[0]);
}

static void find_slots_in(struct search *search, Elf *elf, Elf_Scn *section,
                          const GElf_Shdr *header) {
    Elf_Data *data = elf_getdata(section, NULL);
    Elf_Scn *symbols = elf_getscn(elf, header->sh_link);
    Elf_Data *of_symbols = symbols == NULL ? NULL : elf_getdata(symbols, NULL);
    GElf_Shdr names;
    GElf_Rela relocation;
    GElf_Sym symbol;
    if (data == NULL || of_symbols == NULL || gelf_getshdr(symbols, &names) == NULL) {
        return;
    }
    for (int i = 0; gelf_getrela(data, i, &relocation) != NULL; i++) {
        int index = (int)GELF_R_SYM(relocation.r_info);
        const char *name = index == 0 || gelf_getsym(of_symbols, index, &symbol) == NULL
                               ? NULL
                               : elf_strptr(elf, names.sh_link, symbol.st_name);
        bool remakes = name != NULL && reallocates(name);
        if ((remakes || (name != NULL && allocates(name))) && search->n_slots < MOST_SLOTS) {
            search->slots[search->n_slots++] = (struct slot){relocation.r_offset, remakes};
        }
    }
}

static void find_sections(struct search *search, Elf *elf) {
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, &header) == NULL) {
            continue;
        }
        if (header.sh_type == SHT_RELA && (header.sh_flags & SHF_ALLOC) != 0) {
            find_slots_in(search, elf, section, &header);
        }
        bool is_code = header.sh_type == SHT_PROGBITS && (header.sh_flags & SHF_EXECINSTR) != 0;
        Elf_Data *data =
            is_code && search->n_code < MOST_SECTIONS ? elf_rawdata(section, NULL) : NULL;
        if (data != NULL && data->d_buf != NULL) {
            search->code[search->n_code++] =
                (struct code){header.sh_addr, data->d_buf, data->d_size};
        }
    }
}

/* -- code -- */

/* The bytes at an address; NULL: it is no code. *left: how many there are. */
static const unsigned char *bytes_at(const struct search *search, Dwarf_Addr address,
                                     size_t *left) {
    for (size_t i = 0; i < search->n_code; i++) {
        const struct code *code = &search->code[i];
        if (address - code->start < code->n) {
            *left = code->n - (address - code->start);
            return code->bytes + (address - code->start);
        }
    }
    return NULL;
}

/* What the four bytes at `at`, which stand at `address`, are the distance to from where they end. */
static Dwarf_Addr relative(const unsigned char *at, Dwarf_Addr address) {
    int32_t distance;
    memcpy(&distance, at, sizeof distance);
    return address + sizeof distance + (Dwarf_Addr)(int64_t)distance;
}

static const struct slot *find_slot(const struct search *search, Dwarf_Addr address) {
    for (size_t i = 0; i < search->n_slots; i++) {
        if (search->slots[i].address == address) {
            return &search->slots[i];
        }
    }
    return NULL;
}

/* That of the entry of the procedure linkage table at `target`: [endbr64] [bnd] jmp *slot(%rip). */
static const struct slot *slot_of_entry(const struct search *search, Dwarf_Addr target) {
    static const unsigned char landing[] = {0xf3, 0x0f, 0x1e, 0xfa};
    size_t left = 0, at = 0;
    const unsigned char *code = bytes_at(search, target, &left);
    if (code == NULL || left < sizeof landing + 1 + CALL_BYTES) {
        return NULL;
    }
    at += memcmp(code, landing, sizeof landing) == 0 ? sizeof landing : 0;
    at += code[at] == 0xf2;
    return code[at] == 0xff && code[at + 1] == 0x25
               ? find_slot(search, relative(code + at + 2, target + at + 2))
               : NULL;
}

static bool is_start_of_wrapper(const struct search *search, Dwarf_Addr target) {
    for (size_t i = 0; i < search->n_wrappers; i++) {
        const struct site *wrapper = &search->wrappers[i];
        if (wrapper->level == 0 && target + search->to_unit == wrapper->scopes.start) {
            return true;
        }
    }
    return false;
}

/* -- whose call it is -- */

static bool is_wrapper(const struct search *search, const Dwarf_Die *function) {
    for (size_t i = 0; i < search->n_wrappers; i++) {
        if (search->wrappers[i].described.addr == function->addr) {
            return true;
        }
    }
    return false;
}

static json_int_t line_at(const struct search *search, Dwarf_Addr address) {
    Dwarf_Line *line = dwarf_getsrc_die(search->unit, address);
    int number = 0;
    return line != NULL && dwarf_lineno(line, &number) == 0 ? number : 0;
}

static json_int_t call_line(Dwarf_Die *inlined) {
    Dwarf_Attribute attribute;
    Dwarf_Word line = 0;
    return dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0
               ? (json_int_t)line
               : 0;
}

/* The line of the function that makes the call at `address` (the unit's), itself or by inlined wrappers; 0: it does not. */
static json_int_t line_of_call(const struct search *search, Dwarf_Addr address) {
    struct scopes scopes;
    Dwarf_Die unit = search->site->unit;
    scopes_at(search->site->module, &unit, address, &scopes);
    json_int_t line = line_at(search, address);
    for (size_t n = scopes.n; n-- > 0;) {
        Dwarf_Die *scope = &scopes.chain[n];
        if (dwarf_tag(scope) == DW_TAG_lexical_block) {
            continue;
        }
        Dwarf_Die function = site_original(scope);
        if (function.addr == search->site->described.addr) {
            return line;
        }
        if (dwarf_tag(scope) != DW_TAG_inlined_subroutine || !is_wrapper(search, &function)) {
            return 0;
        }
        line = call_line(scope);
    }
    return 0;
}

static void add_line(struct search *search, json_int_t line) {
    for (size_t i = 0; i < search->n_lines; i++) {
        if (search->lines[i] == line) {
            return;
        }
    }
    search->is_full |= search->n_lines == MOST_LINES;
    if (!search->is_full) {
        search->lines[search->n_lines++] = line;
    }
}

static void look_at_call(struct search *search, Dwarf_Addr call, bool remakes) {
    json_int_t line = line_of_call(search, call + search->to_unit);
    search->reallocates |= remakes && line != 0;
    if (!remakes && line != 0) {
        add_line(search, line);
    }
}

/* Bytes within other instructions may look like calls, but hardly like calls of these few functions. */
static void look_at_code(struct search *search, Dwarf_Addr low, Dwarf_Addr high) {
    size_t left;
    const unsigned char *code = bytes_at(search, low, &left);
    if (code == NULL) {
        return;
    }
    size_t n = high - low < left ? high - low : left;
    for (size_t i = 0; i + CALL_BYTES <= n; i++) {
        const struct slot *slot = NULL;
        bool is_wrapped = false;
        if (code[i] == 0xe8) { /* call target */
            Dwarf_Addr target = relative(code + i + 1, low + i + 1);
            slot = slot_of_entry(search, target);
            is_wrapped = is_start_of_wrapper(search, target);
        } else if (code[i] == 0xff && code[i + 1] == 0x15) { /* call *slot(%rip): -fno-plt */
            slot = find_slot(search, relative(code + i + 2, low + i + 2));
        }
        if (slot != NULL || is_wrapped) {
            look_at_call(search, low + i, slot != NULL && slot->reallocates);
        }
    }
}

size_t allocations_before(const struct site *site, const struct site *wrappers, size_t n_wrappers) {
    struct search search = {.site = site, .wrappers = wrappers, .n_wrappers = n_wrappers};
    Dwarf_Addr of_file, of_unit, base, low, high;
    Elf *elf = dwfl_module_getelf(site->module->handle, &of_file);
    search.unit = elf == NULL ? NULL : unit_at(site->module, site->pc, &of_unit);
    if (search.unit == NULL) {
        return 0;
    }
    search.to_unit = of_file - of_unit;
    find_sections(&search, elf);
    for (ptrdiff_t at = 0; (at = dwarf_ranges(search.unit, at, &base, &low, &high)) > 0;) {
        look_at_code(&search, low - search.to_unit, high - search.to_unit);
    }
    size_t before = 0;
    bool found = false;
    for (size_t i = 0; i < search.n_lines; i++) {
        found |= search.lines[i] == site->line;
        before += search.lines[i] < site->line;
    }
    return found && !search.reallocates && !search.is_full ? before : 0;
}
