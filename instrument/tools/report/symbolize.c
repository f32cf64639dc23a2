/* symbolize.c - which function, file and line is this return address? */
#include "instrument/tools/report/symbolize.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/scopes.h"
#include "instrument/tools/report/units.h"

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

/* Where code is described: the same unit twice, but for split DWARF. */
struct code {
    struct module *module;
    Dwarf_Die *lines; /* has the table of lines and the directory */
    Dwarf_Die whole;  /* has functions and inlined calls */
};

/* The file that an inlined call stands in. */
static char *call_file(struct code *code, Dwarf_Die *die) {
    Dwarf_Files *files;
    size_t n;
    int index = die_number(die, DW_AT_call_file);
    if (dwarf_getsrcfiles(&code->whole, &files, &n) != 0 || (size_t)index >= n) {
        return NULL;
    }
    const char *name = dwarf_filesrc(files, (size_t)index, NULL, NULL);
    return name == NULL ? NULL : path_join(compilation_directory(code->lines), name);
}

static struct frame *add_frame(struct frames *frames) {
    frames->all = mem_grow(frames->all, frames->n, &frames->room, sizeof *frames->all);
    struct frame *frame = &frames->all[frames->n++];
    memset(frame, 0, sizeof *frame);
    return frame;
}

/* The function or inlined call around an address; 0: none. */
static Dwarf_Off innermost(struct code *code, Dwarf_Addr address) {
    struct scopes scopes;
    scopes_at(code->module, &code->whole, address, &scopes);
    for (size_t n = scopes.n; n-- > 0;) {
        if (dwarf_tag(&scopes.chain[n]) != DW_TAG_lexical_block) {
            return dwarf_dieoffset(&scopes.chain[n]);
        }
    }
    return 0;
}

/* The nearest row of the table before `address` that has a line and is of the same function; NULL.
 * The rows stand in the order of their addresses. */
static Dwarf_Line *line_before(struct code *code, Dwarf_Addr address) {
    Dwarf_Lines *lines;
    size_t n;
    Dwarf_Off function = innermost(code, address);
    if (function == 0 || dwarf_getsrclines(code->lines, &lines, &n) != 0) {
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
        if (dwarf_lineno(line, &number) == 0 && number != 0 && innermost(code, at) == function) {
            return line;
        }
    }
    return NULL;
}

/* The line table's answer for the innermost frame. Code that compilers merged or moved has line 0: it
 * is shown at the line before it, and what of that line it belongs to is not known. */
static void fill_line(struct code *code, Dwarf_Addr address, struct frame *frame) {
    Dwarf_Line *line = dwarf_getsrc_die(code->lines, address), *own = line;
    int number = 0;
    if (line != NULL && dwarf_lineno(line, &number) == 0 && number == 0) {
        Dwarf_Line *before = line_before(code, address);
        line = before == NULL ? line : before;
    }
    const char *file = line == NULL ? NULL : dwarf_linesrc(line, NULL, NULL);
    if (file != NULL) {
        frame->file = path_join(compilation_directory(code->lines), file);
        dwarf_lineno(line, &frame->line);
        if (line == own) {
            dwarf_linecol(line, &frame->column);
        }
    }
}

/* Walks outwards: every inlined call ends one frame and tells where the next one stands. The function is
 * the last. */
static void add_scopes(struct code *code, Dwarf_Addr address, struct frames *frames) {
    struct scopes scopes;
    size_t first = frames->n - 1;
    scopes_at(code->module, &code->whole, address, &scopes);
    for (size_t n = scopes.n; n-- > 0;) {
        Dwarf_Die *die = &scopes.chain[n];
        struct frame *frame = &frames->all[frames->n - 1];
        if (dwarf_tag(die) == DW_TAG_lexical_block) {
            continue;
        }
        frame->function = function_name_of_die(die);
        if (dwarf_tag(die) == DW_TAG_inlined_subroutine) {
            frame->inlined = true;
            struct frame *outer = add_frame(frames);
            outer->file = call_file(code, die);
            outer->line = die_number(die, DW_AT_call_line);
            outer->column = die_number(die, DW_AT_call_column);
        }
    }
    for (size_t i = first; scopes.n != 0 && i < frames->n; i++) {
        frames->all[i].offset = address + 1 - scopes.start;
    }
}

/* What only the symbol table knows: a name, and the offset from where it begins. */
static void add_symbol(struct module *module, Dwarf_Addr address, struct frame *frame) {
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char *name =
        dwfl_module_addrinfo(module->handle, address, &offset, &symbol, NULL, NULL, NULL);
    if (name != NULL) {
        frame->function = function_name_of_symbol(name);
        frame->offset = offset + 1;
    }
}

void symbolize_pc(struct module *module, uint64_t pc, struct frames *frames) {
    struct frame *frame = add_frame(frames);
    if (module->state != MODULE_READABLE || pc == 0) {
        return;
    }
    Dwarf_Addr address = pc - 1 + module->shift;
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = unit_at(module, address, &bias);
    if (unit != NULL) {
        struct code code = {.module = module, .lines = unit};
        if (!unit_whole(unit, &code.whole)) {
            frame->missing = unit_split_name(unit);
        }
        fill_line(&code, address - bias, frame);
        add_scopes(&code, address - bias, frames);
    }
    frame = &frames->all[frames->n - 1];
    if (frame->function == NULL) {
        add_symbol(module, address, frame);
    }
}

void symbolize_name(struct module *module, uint64_t pc, struct frames *frames) {
    struct frame *frame = add_frame(frames);
    if (module->state == MODULE_READABLE && pc != 0) {
        add_symbol(module, pc - 1 + module->shift, frame);
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
