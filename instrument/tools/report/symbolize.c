/* symbolize.c - which function, file and line is this return address? */
#include "instrument/tools/report/symbolize.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/say.h"

enum { MOST_ROWS_BACK = 64 }; /* of the line table, from code without a line to one that has it */

/* -- paths -- */

char *path_tidy(char *path) {
    bool absolute = path[0] == '/';
    char *start = path + absolute, *out = start;
    const char *in = start;
    size_t depth = 0; /* components written that a ".." may take back */
    while (*in != '\0') {
        size_t length = strcspn(in, "/");
        const char *next = in + length + (in[length] == '/');
        bool is_up = length == 2 && in[0] == '.' && in[1] == '.';
        if (is_up && depth > 0) {
            depth--;
            while (out > start && *--out != '/') {
            }
        } else if (length != 0 && !(length == 1 && in[0] == '.') && !(is_up && absolute)) {
            if (out > start) {
                *out++ = '/';
            }
            memmove(out, in, length);
            out += length;
            depth = is_up ? 0 : depth + 1;
        }
        in = next;
    }
    *out = '\0';
    return path;
}

char *path_join(const char *directory, const char *name) {
    if (name[0] == '/' || directory == NULL) {
        return path_tidy(str_copy(name));
    }
    return path_tidy(str_format("%s/%s", directory, name));
}

/* -- DWARF -- */

static const char *compilation_directory(Dwarf_Die *unit) {
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
}

static int die_number(Dwarf_Die *die, unsigned attribute_name) {
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    if (dwarf_attr(die, attribute_name, &attribute) == NULL ||
        dwarf_formudata(&attribute, &value) != 0) {
        return 0;
    }
    return (int)value;
}

/* The file that an inlined call stands in. */
static char *call_file(Dwarf_Die *die, Dwarf_Die *unit) {
    Dwarf_Files *files;
    size_t n;
    int index = die_number(die, DW_AT_call_file);
    if (dwarf_getsrcfiles(unit, &files, &n) != 0 || (size_t)index >= n) {
        return NULL;
    }
    const char *name = dwarf_filesrc(files, (size_t)index, NULL, NULL);
    return name == NULL ? NULL : path_join(compilation_directory(unit), name);
}

static struct frame *add_frame(struct frames *frames) {
    frames->all = mem_grow(frames->all, frames->n, &frames->room, sizeof *frames->all);
    struct frame *frame = &frames->all[frames->n++];
    memset(frame, 0, sizeof *frame);
    return frame;
}

/* The chain of lexical blocks, inlined calls and the function around `address`, innermost first.
 * Returns their number; *chain is to be freed. */
static int scope_chain(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die **chain) {
    Dwarf_Die *scopes = NULL;
    *chain = NULL;
    int n = dwarf_getscopes(unit, address, &scopes);
    if (n <= 0) {
        return 0;
    }
    /* dwarf_getscopes leaves the concrete tree at the first inlined call; walk up from there. */
    int length = dwarf_getscopes_die(&scopes[0], chain);
    free(scopes);
    return length < 0 ? 0 : length;
}

/* The function or inlined call around an address; 0: none. */
static Dwarf_Off innermost(Dwarf_Die *unit, Dwarf_Addr address) {
    Dwarf_Die *chain;
    Dwarf_Off found = 0;
    int n = scope_chain(unit, address, &chain);
    for (int i = 0; i < n && found == 0; i++) {
        int tag = dwarf_tag(&chain[i]);
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
            found = dwarf_dieoffset(&chain[i]);
        }
    }
    free(chain);
    return found;
}

/* The nearest row of the table before `address` that has a line and is of the same function; NULL.
 * The rows stand in the order of their addresses. */
static Dwarf_Line *line_before(Dwarf_Die *unit, Dwarf_Addr address) {
    Dwarf_Lines *lines;
    size_t n;
    Dwarf_Off function = innermost(unit, address);
    if (function == 0 || dwarf_getsrclines(unit, &lines, &n) != 0) {
        return NULL;
    }
    for (int looked = 0; n > 0 && looked < MOST_ROWS_BACK; n--) {
        Dwarf_Line *line = dwarf_onesrcline(lines, n - 1);
        Dwarf_Addr at;
        int number = 0;
        if (dwarf_lineaddr(line, &at) != 0 || at > address) {
            continue;
        }
        looked++;
        if (dwarf_lineno(line, &number) == 0 && number != 0 && innermost(unit, at) == function) {
            return line;
        }
    }
    return NULL;
}

/* The line table's answer for the innermost frame. Code that compilers merged or moved has line 0: it
 * is shown at the line before it. */
static void fill_line(Dwarf_Die *unit, Dwarf_Addr address, struct frame *frame) {
    Dwarf_Line *line = dwarf_getsrc_die(unit, address);
    int number = 0;
    if (line != NULL && dwarf_lineno(line, &number) == 0 && number == 0) {
        Dwarf_Line *before = line_before(unit, address);
        line = before == NULL ? line : before;
    }
    const char *file = line == NULL ? NULL : dwarf_linesrc(line, NULL, NULL);
    if (file != NULL) {
        frame->file = path_join(compilation_directory(unit), file);
        dwarf_lineno(line, &frame->line);
        dwarf_linecol(line, &frame->column);
    }
}

/* Walks outwards: every inlined call ends one frame and tells where the next one stands. */
static bool add_inlined(struct frames *frames, Dwarf_Die *unit, Dwarf_Die *chain, int n) {
    for (int i = 0; i < n; i++) {
        int tag = dwarf_tag(&chain[i]);
        struct frame *frame = &frames->all[frames->n - 1];
        if (tag == DW_TAG_subprogram) {
            frame->function = function_name_of_die(&chain[i]);
            return frame->function != NULL;
        }
        if (tag != DW_TAG_inlined_subroutine) {
            continue;
        }
        frame->function = function_name_of_die(&chain[i]);
        frame->inlined = true;
        struct frame *outer = add_frame(frames);
        outer->file = call_file(&chain[i], unit);
        outer->line = die_number(&chain[i], DW_AT_call_line);
        outer->column = die_number(&chain[i], DW_AT_call_column);
    }
    return false;
}

/* The compilation unit around an address. The index of a module (.debug_aranges) may lack units: not
 * every compiler writes it; then all units are asked. */
static Dwarf_Die *unit_at(struct module *module, Dwarf_Addr address, Dwarf_Addr *bias) {
    Dwarf_Die *unit = dwfl_module_addrdie(module->handle, address, bias);
    if (unit != NULL) {
        return unit;
    }
    while ((unit = dwfl_module_nextcu(module->handle, unit, bias)) != NULL) {
        if (dwarf_haspc(unit, address - *bias) == 1) {
            return unit;
        }
    }
    return NULL;
}

/* What the symbol table adds: the name when DWARF had none, and the offset in the function. */
static void add_symbol(struct module *module, Dwarf_Addr address, bool named, struct frame *frames,
                       size_t n) {
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char *name =
        dwfl_module_addrinfo(module->handle, address, &offset, &symbol, NULL, NULL, NULL);
    if (name == NULL) {
        return;
    }
    if (!named) {
        frames[n - 1].function = function_name_of_symbol(name);
    }
    for (size_t i = 0; i < n; i++) {
        frames[i].offset = offset + 1;
    }
}

void symbolize_pc(struct module *module, uint64_t pc, struct frames *frames) {
    struct frame *frame = add_frame(frames);
    if (module->state != MODULE_READABLE || pc == 0) {
        return;
    }
    size_t first = frames->n - 1;
    Dwarf_Addr address = pc - 1 + module->shift;
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = unit_at(module, address, &bias);
    bool named = false;
    if (unit != NULL) {
        Dwarf_Die *chain;
        int n = scope_chain(unit, address - bias, &chain);
        fill_line(unit, address - bias, frame);
        named = add_inlined(frames, unit, chain, n);
        free(chain);
    }
    add_symbol(module, address, named, &frames->all[first], frames->n - first);
}

void symbolize_name(struct module *module, uint64_t pc, struct frames *frames) {
    struct frame *frame = add_frame(frames);
    if (module->state == MODULE_READABLE && pc != 0) {
        add_symbol(module, pc - 1 + module->shift, false, frame, 1);
    }
}

void frames_free(struct frames *frames) {
    for (size_t i = 0; i < frames->n; i++) {
        free(frames->all[i].function);
        free(frames->all[i].file);
    }
    free(frames->all);
    memset(frames, 0, sizeof *frames);
}
