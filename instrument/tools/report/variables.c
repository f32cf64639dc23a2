/* variables.c - lists of static-duration variables by unit, and what is told of one. */
#include "instrument/tools/report/variables.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/symbolize.h"
#include "instrument/tools/report/units.h"
#include "instrument/tools/report/variable_name.h"

/* A variable, or a piece of one that the optimiser took apart. */
struct entry {
    uint64_t address, bytes; /* ELF addresses */
    uint64_t start;          /* of the piece in the variable */
    Dwarf_Die die;
    Dwarf_Die function; /* that encloses it; without address: none */
};

struct unit_variables {
    struct entry *all; /* by address */
    size_t n, room;
    uint64_t storage_lo,
        storage_bytes; /* where the file keeps the first values of thread-local ones */
};

/* -- the list of a unit -- */

/* The address that an operation pushes. */
static bool pushed_address(Dwarf_Attribute *location, const Dwarf_Op *op, uint64_t *address) {
    Dwarf_Attribute indexed;
    Dwarf_Addr value;
    if (op->atom == DW_OP_addr) {
        *address = op->number;
        return true;
    }
    if ((op->atom == DW_OP_addrx || op->atom == DW_OP_GNU_addr_index) &&
        dwarf_getlocation_attr(location, op, &indexed) == 0 &&
        dwarf_formaddr(&indexed, &value) == 0) {
        *address = value;
        return true;
    }
    return false;
}

/* Thread-local variables stand in the same lists, at addresses that nothing else has. */
#define THREAD_LOCAL ((uint64_t)1 << 63)

/* Where it begins in its module's block of them. In split DWARF gcc 12 says where its first value is in the file instead. */
static bool storage_offset(const struct unit_variables *list, Dwarf_Attribute *location,
                           const Dwarf_Op *ops, size_t n, uint64_t *offset) {
    Dwarf_Attribute indexed;
    Dwarf_Word value;
    if (n != 2 ||
        (ops[1].atom != DW_OP_form_tls_address && ops[1].atom != DW_OP_GNU_push_tls_address)) {
        return false;
    }
    switch (ops[0].atom) {
    case DW_OP_const4u:
    case DW_OP_const8u:
    case DW_OP_const4s:
    case DW_OP_const8s:
    case DW_OP_addr:
        *offset = ops[0].number;
        return true;
    case DW_OP_constx:
    case DW_OP_addrx:
    case DW_OP_GNU_const_index:
    case DW_OP_GNU_addr_index: /* split DWARF keeps it in a table */
        if (dwarf_getlocation_attr(location, &ops[0], &indexed) != 0 ||
            (dwarf_formaddr(&indexed, &value) != 0 && dwarf_formudata(&indexed, &value) != 0)) {
            return false;
        }
        *offset = value - list->storage_lo < list->storage_bytes ? value - list->storage_lo : value;
        return true;
    default:
        return false;
    }
}

static void add_entry(struct unit_variables *list, const struct entry *entry) {
    if (entry->address != 0) { /* 0: the linker dropped it */
        list->all = mem_grow(list->all, list->n, &list->room, sizeof *list->all);
        list->all[list->n++] = *entry;
    }
}

/* A variable in pieces: each is an address, or nothing, followed by its size. */
static void add_pieces(struct unit_variables *list, Dwarf_Attribute *location, const Dwarf_Op *ops,
                       size_t n, struct entry entry) {
    entry.address = 0;
    for (size_t i = 0; i < n; i++) {
        if (ops[i].atom == DW_OP_piece) {
            entry.bytes = ops[i].number;
            add_entry(list, &entry);
            entry.start += ops[i].number;
            entry.address = 0;
        } else if (!pushed_address(location, &ops[i], &entry.address)) {
            entry.address = 0; /* a value that was computed has no place */
        }
    }
}

static void add_variable(struct unit_variables *list, Dwarf_Die *die, const Dwarf_Die *function) {
    Dwarf_Attribute location;
    Dwarf_Op *ops;
    size_t n;
    Dwarf_Die type;
    struct entry entry = {.die = *die, .function = *function};
    if (dwarf_attr(die, DW_AT_location, &location) == NULL ||
        dwarf_getlocation(&location, &ops, &n) != 0 || n == 0) {
        return;
    }
    if (storage_offset(list, &location, ops, n, &entry.address)) {
        entry.address |= THREAD_LOCAL;
        entry.bytes = type_of(die, &type) == NULL ? 0 : type_bytes(&type);
        add_entry(list, &entry);
    } else if (n > 1) {
        add_pieces(list, &location, ops, n, entry);
    } else if (pushed_address(&location, &ops[0], &entry.address)) {
        entry.bytes = type_of(die, &type) == NULL ? 0 : type_bytes(&type);
        add_entry(list, &entry);
    }
}

/* Scopes that may hold variables of static duration. */
static void add_scope(struct unit_variables *list, Dwarf_Die *scope, const Dwarf_Die *function,
                      int depth) {
    Dwarf_Die die;
    if (depth > 200 || dwarf_child(scope, &die) != 0) {
        return;
    }
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_variable:
            add_variable(list, &die, function);
            break;
        case DW_TAG_subprogram:
            add_scope(list, &die, &die, depth + 1);
            break;
        case DW_TAG_lexical_block:
        case DW_TAG_inlined_subroutine:
        case DW_TAG_namespace:
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
            add_scope(list, &die, function, depth + 1);
            break;
        default:
            break;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

static int by_address(const void *a, const void *b) {
    const struct entry *left = a, *right = b;
    return left->address < right->address ? -1 : left->address > right->address;
}

static void find_storage(struct module *module, struct unit_variables *list) {
    GElf_Addr bias;
    Elf *elf = dwfl_module_getelf(module->handle, &bias);
    size_t n = 0;
    GElf_Phdr segment;
    for (size_t i = 0; elf != NULL && elf_getphdrnum(elf, &n) == 0 && i < n; i++) {
        if (gelf_getphdr(elf, (int)i, &segment) != NULL && segment.p_type == PT_TLS) {
            list->storage_lo = segment.p_vaddr;
            list->storage_bytes = segment.p_memsz;
        }
    }
}

static struct unit_variables *variables_of(struct module *module, struct unit *unit) {
    if (unit->variables == NULL) {
        struct unit_variables *list = unit->variables = mem_new(1, sizeof *list);
        find_storage(module, list);
        add_scope(list, &unit->whole, &(Dwarf_Die){0}, 0);
        if (list->n != 0) {
            qsort(list->all, list->n, sizeof *list->all, by_address);
        }
    }
    return unit->variables;
}

void variables_free(struct unit_variables *list) {
    if (list != NULL) {
        free(list->all);
        free(list);
    }
}

/* -- asking them -- */

/* The last entry that starts at or before `address` and reaches over it. */
static const struct entry *entry_at(const struct unit_variables *list, uint64_t address) {
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->all[middle].address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low-- > 0) {
        const struct entry *entry = &list->all[low];
        if (address - entry->address < entry->bytes || address == entry->address) {
            return entry;
        }
        if (address - entry->address > ((uint64_t)1 << 32)) {
            break;
        }
    }
    return NULL;
}

/* Has the variable `die` this symbol, its first `length` bytes? What follows a dot is the compiler's. */
static bool is_called(Dwarf_Die *die, const char *symbol, size_t length) {
    Dwarf_Attribute attribute;
    const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    if (name == NULL) {
        name = dwarf_diename(die);
    }
    return name != NULL && strncmp(name, symbol, length) == 0 && name[length] == '\0';
}

/* Does it define a variable of that name, outside functions? Bodies are stepped over, and no place is
 * worked out: a tenth of the time that a list of all takes. */
static bool defines(Dwarf_Die *scope, const char *symbol, size_t length, int depth) {
    Dwarf_Die die;
    if (depth > 200 || dwarf_child(scope, &die) != 0) {
        return false;
    }
    do {
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_variable
                ? dwarf_hasattr(&die, DW_AT_location) != 0 && is_called(&die, symbol, length)
                : tag == DW_TAG_namespace && defines(&die, symbol, length, depth + 1)) {
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

/* The entry that starts there, if its end is not its type's to tell. */
static const struct entry *flexible_at(const struct unit_variables *list, uint64_t start) {
    const struct entry *entry = entry_at(list, start);
    Dwarf_Die die, type;
    if (entry == NULL || entry->address != start || entry->start != 0) {
        return NULL;
    }
    die = entry->die;
    return type_of(&die, &type) != NULL && type_is_flexible(&type) ? entry : NULL;
}

/* In the units that define `symbol`, which starts at `start`; NULL: in all. */
static const struct entry *find_in_units(struct module *module, uint64_t address,
                                         const char *symbol, uint64_t start) {
    const struct entry *entry = NULL;
    Dwarf_Die *die = NULL, whole;
    Dwarf_Addr bias;
    size_t length = symbol == NULL ? 0 : strcspn(symbol, ".");
    while (entry == NULL && (die = dwfl_module_nextcu(module->handle, die, &bias)) != NULL) {
        unit_whole(die, &whole);
        if (symbol == NULL || defines(&whole, symbol, length, 0)) {
            const struct unit_variables *list = variables_of(module, unit_of(module, &whole));
            entry = entry_at(list, address);
            entry = entry == NULL && symbol != NULL ? flexible_at(list, start) : entry;
        }
    }
    return entry;
}

/* Symbols of thread-local variables have offsets where others have addresses. */
static const char *storage_symbol_at(struct module *module, uint64_t at, GElf_Off *offset,
                                     GElf_Sym *symbol) {
    int n = dwfl_module_getsymtab(module->handle);
    for (int i = 1; i < n; i++) {
        const char *name = dwfl_module_getsym(module->handle, i, symbol, NULL);
        if (name != NULL && GELF_ST_TYPE(symbol->st_info) == STT_TLS &&
            symbol->st_shndx != SHN_UNDEF && at - symbol->st_value < symbol->st_size) {
            *offset = at - symbol->st_value;
            return name;
        }
    }
    return NULL;
}

static const char *symbol_at(struct module *module, uint64_t address, GElf_Off *offset,
                             GElf_Sym *symbol) {
    if ((address & THREAD_LOCAL) != 0) {
        return storage_symbol_at(module, address & ~THREAD_LOCAL, offset, symbol);
    }
    return dwfl_module_addrinfo(module->handle, address + module->shift, offset, symbol, NULL, NULL,
                                NULL);
}

/* First in the units that something was looked up in already, then by the symbol, then in all. */
static const struct entry *find_entry(struct module *module, uint64_t address) {
    const struct entry *entry = NULL;
    for (struct unit *unit = module->units; unit != NULL && entry == NULL; unit = unit->hh.next) {
        entry = entry_at(variables_of(module, unit), address);
    }
    GElf_Off offset;
    GElf_Sym symbol;
    const char *name = entry != NULL ? NULL : symbol_at(module, address, &offset, &symbol);
    if (name != NULL) {
        uint64_t start = offset < symbol.st_size ? address - offset : address;
        for (struct unit *unit = module->units; unit != NULL && entry == NULL;
             unit = unit->hh.next) {
            entry = flexible_at(variables_of(module, unit), start);
        }
        entry = entry != NULL ? entry : find_in_units(module, address, name, start);
    }
    return entry != NULL ? entry : find_in_units(module, address, NULL, 0);
}

/* dwarf_decl_file() ends the process at a unit of split DWARF (libdw 0.188), and takes DWARF 5's file 0,
 * the unit's own source, which clang uses, for "none", as it was before. *unit becomes
 * the one that the file is of: after link-time optimisation that is not the DIE's own. */
const char *declared_in(Dwarf_Die *die, Dwarf_Die *unit) {
    Dwarf_Attribute attribute;
    Dwarf_Word number;
    Dwarf_Files *files;
    size_t n;
    if (dwarf_formudata(dwarf_attr_integrate(die, DW_AT_decl_file, &attribute), &number) != 0 ||
        dwarf_cu_die(attribute.cu, unit, NULL, NULL, NULL, NULL, NULL, NULL) == NULL) {
        return NULL;
    }
    if (number == 0) {
        return dwarf_diename(unit);
    }
    return dwarf_getsrcfiles(unit, &files, &n) == 0 && number < n
               ? dwarf_filesrc(files, number, NULL, NULL)
               : NULL;
}

static void fill_declaration(Dwarf_Die *die, struct variable *out) {
    Dwarf_Die unit;
    Dwarf_Attribute attribute;
    const char *file = declared_in(die, &unit);
    if (file != NULL) {
        const char *directory = dwarf_formstring(dwarf_attr(&unit, DW_AT_comp_dir, &attribute));
        out->file = path_join(directory, file);
    }
    dwarf_decl_line(die, &out->line);
}

void variable_describe(Dwarf_Die *die, char *name, uint64_t offset, uint64_t bytes,
                       struct variable *out) {
    Dwarf_Die type;
    out->name = name;
    char *path = NULL;
    if (type_of(die, &type) != NULL) {
        out->bytes = type_is_flexible(&type) ? 0 : type_bytes(&type);
        bytes = bytes == 0 ? 1 : bytes;
        path = type_path(&type, offset, bytes, &out->type);
        type_part(&type, offset, bytes, &out->part);
    }
    out->path = str_format("%s%s", out->name, path == NULL ? "" : path);
    free(path);
    fill_declaration(die, out);
}

/* The symbol that stands at the variable's start; NULL: none, or it is there in pieces. */
static const char *symbol_of(struct module *module, const struct entry *entry, uint64_t *bytes) {
    GElf_Off offset;
    GElf_Sym symbol = {.st_size = 0};
    const char *name = symbol_at(module, entry->address, &offset, &symbol);
    *bytes = symbol.st_size;
    return name != NULL && offset == 0 && entry->start == 0 ? name : NULL;
}

/* Of one in a function gcc's symbol is "name.0", clang's "function.name". */
static bool is_symbol_of(const char *symbol, Dwarf_Die *die) {
    size_t length = strcspn(symbol, ".");
    while (!is_called(die, symbol, length)) {
        if (symbol[length] == '\0') {
            return false;
        }
        symbol += length + 1;
        length = strcspn(symbol, ".");
    }
    return true;
}

static bool fill_from_dwarf(struct module *module, const struct entry *entry, uint64_t address,
                            uint64_t bytes, struct variable *out) {
    Dwarf_Die die = entry->die, function = entry->function;
    uint64_t of_symbol;
    const char *symbol = symbol_of(module, entry, &of_symbol);
    char *name = variable_name_of_die(&die, symbol);
    if (name == NULL) {
        return false;
    }
    variable_describe(&die, name, address - entry->address + entry->start, bytes, out);
    out->start = (entry->address & ~THREAD_LOCAL) - entry->start;
    if (symbol != NULL && of_symbol > out->bytes && is_symbol_of(symbol, &die)) {
        /* Its type is not there (-g1), or has no end. */
        out->bytes = of_symbol;
    }
    if (function.addr != NULL && dwarf_diename(&function) != NULL) {
        out->function = str_copy(dwarf_diename(&function));
    }
    return true;
}

static bool fill_from_symbol(struct module *module, uint64_t address, struct variable *out) {
    GElf_Off offset;
    GElf_Sym symbol;
    const char *name = symbol_at(module, address, &offset, &symbol);
    int type = (address & THREAD_LOCAL) != 0 ? STT_TLS : STT_OBJECT;
    if (name == NULL || GELF_ST_TYPE(symbol.st_info) != type) {
        return false;
    }
    out->name = variable_name_of_symbol(name);
    out->path = offset == 0 ? str_copy(out->name)
                            : str_format("%s+%llu", out->name, (unsigned long long)offset);
    out->bytes = symbol.st_size;
    out->start = (address & ~THREAD_LOCAL) - offset;
    return true;
}

bool variables_find(struct module *module, uint64_t address, uint64_t bytes, struct variable *out) {
    memset(out, 0, sizeof *out);
    if (module->state != MODULE_READABLE) {
        return false;
    }
    const struct entry *entry = find_entry(module, address);
    if (entry != NULL && fill_from_dwarf(module, entry, address, bytes, out)) {
        return true;
    }
    return fill_from_symbol(module, address, out);
}

bool variables_find_local_to_thread(struct module *module, uint64_t offset, uint64_t bytes,
                                    struct variable *out) {
    return variables_find(module, offset | THREAD_LOCAL, bytes, out);
}

void variable_clear(struct variable *variable) {
    free(variable->name);
    free(variable->path);
    free(variable->type);
    free(variable->file);
    free(variable->function);
    memset(variable, 0, sizeof *variable);
}
