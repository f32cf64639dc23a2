/* fuzz_dwarf.c - bytes are an executable or a library of somebody else, and reports ask it for names.
 *
 * Nothing may crash or hang, whatever ELF and DWARF say: a file may be cut, built by an unknown compiler,
 * or meant to harm. What is asked: the frames of return addresses, with and without DWARF, and the variables,
 * at addresses spread over the file's sections and beyond them; and of code, also behind its calls, what
 * lies in a frame there, and what a heap block holds that was allocated and used there.
 */
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "instrument/tools/report/heap_type.h"
#include "instrument/tools/report/locals.h"
#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/symbolize.h"
#include "instrument/tools/report/value.h"
#include "instrument/tools/report/variables.h"

enum { QUESTIONS = 16, SECTIONS_ASKED = 8, CALL_BYTES = 5 };

/* -- questions ------------------------------------------------------------------------------ */

/* Of each size that values have. */
static void ask_value(const struct type_part *part) {
    static const uint8_t found[] = {0x41, 0, 0, 0x80, 0xff, 0x7f, 0, 0x80};
    for (size_t n = 1; part->type.addr != NULL && n <= sizeof found; n *= 2) {
        free(value_of_type(&part->type, found, n));
    }
}

static void ask_variable(struct variable *variable) {
    ask_value(&variable->part);
    variable_clear(variable);
}

static void ask(struct module *module, uint64_t address) {
    struct frames frames = {0};
    struct variable variable;
    symbolize_pc(module, address, &frames);
    symbolize_name(module, address, &frames);
    frames_free(&frames);
    (void)variables_find(module, address, 4, &variable);
    ask_variable(&variable);
}

/* A stack of three frames, the later ones of callers: any code may be. */
static json_t *stack_at(const struct scene *scene, uint64_t pc, uint64_t of_caller) {
    const uint64_t pcs[] = {pc, of_caller, pc + CALL_BYTES};
    const struct raw_item item = {.tag = ITEM_STACK, .bytes = sizeof pcs, .data = pcs};
    return piece_stack(scene, &item);
}

/* What a block of this size holds that was allocated at `pc` and used there and by a caller. */
static void ask_block(const struct scene *scene, uint64_t pc, uint64_t of_caller, uint64_t bytes) {
    json_t *stack = stack_at(scene, pc, of_caller), *callers = stack_at(scene, of_caller, pc);
    json_t *object = json_pack("{s:I,s:O}", "bytes", (json_int_t)bytes, "allocated", stack);
    for (uint64_t offset = 0; offset < bytes; offset += 8) {
        uint64_t width = offset % 16 == 0 ? 8 : 4;
        struct heap_use uses[] = {{.offset = offset, .bytes = width, .stack = stack},
                                  {.offset = offset, .bytes = width, .stack = callers}};
        struct type_part part = {.is_field = false};
        heap_type_tell(scene, object, uses, offset, width, &part);
        ask_value(&part);
    }
    json_decref(object);
    json_decref(callers);
    json_decref(stack);
}

/* What lies in memory that code at `pc` made or uses. */
static void ask_memory(const struct scene *scene, struct module *module, uint64_t pc,
                       uint64_t of_caller) {
    enum { CFA = 4096, FRAME_BYTES = 64 };
    for (uint64_t at = CFA - FRAME_BYTES; at < CFA; at += 4) {
        struct variable variable;
        (void)locals_find(module, pc, CFA, at, 4, &variable);
        ask_variable(&variable);
    }
    ask_block(scene, pc, of_caller, 8);
    ask_block(scene, pc, of_caller, 24);
    ask_block(scene, pc, of_caller, 72);
}

/* Behind its calls, and at other places. */
static void ask_code(struct module *module, uint64_t start, const uint8_t *code, size_t bytes) {
    struct loaded_module loaded = {.raw = {.hi = UINT64_MAX}, .module = module};
    const struct process process = {.loaded = &loaded, .n_loaded = 1};
    const struct raw_record record = {.n_items = 0};
    const struct processes processes = {.n = 0};
    const struct scene scene = {
        .processes = &processes, .strip_path_prefix = "", .record = &record, .process = &process};
    uint64_t before = start + 1;
    for (size_t i = 0, asked = 0; i + CALL_BYTES < bytes && asked < QUESTIONS; i++) {
        bool is_call = code[i] == 0xe8 || (code[i] == 0x15 && i != 0 && code[i - 1] == 0xff);
        if (is_call || i % (bytes / 4 + 1) == 0) {
            ask_memory(&scene, module, start + i + CALL_BYTES, before);
            before = start + i + CALL_BYTES;
            asked++;
        }
    }
}

static void ask_range(struct module *module, uint64_t start, uint64_t bytes) {
    for (uint64_t i = 0; i <= QUESTIONS; i++) {
        ask(module, start + bytes / QUESTIONS * i);
    }
}

/* Of the sections as the file has them: a fuzzer changes these, too. */
static void ask_sections(struct module *module, const char *path) {
    FILE *file = fopen(path, "rb");
    Elf *elf = file == NULL || elf_version(EV_CURRENT) == EV_NONE
                   ? NULL
                   : elf_begin(fileno(file), ELF_C_READ, NULL);
    unsigned asked = 0;
    for (Elf_Scn *at = NULL; elf != NULL && (at = elf_nextscn(elf, at)) != NULL;) {
        GElf_Shdr section;
        if (gelf_getshdr(at, &section) != NULL && (section.sh_flags & SHF_ALLOC) != 0 &&
            asked++ < SECTIONS_ASKED) {
            Elf_Data *data = (section.sh_flags & SHF_EXECINSTR) != 0 ? elf_rawdata(at, NULL) : NULL;
            ask_range(module, section.sh_addr, section.sh_size);
            if (data != NULL && data->d_buf != NULL) {
                ask_code(module, section.sh_addr, data->d_buf, data->d_size);
            }
        }
    }
    elf_end(elf);
    if (file != NULL) {
        fclose(file);
    }
}

/* -- mutation ------------------------------------------------------------------------------- */

/* libFuzzer's own; not there when replay.c calls. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

/* Section number `which` modulo their number, in the file's bytes; false: it has none that lies in them. */
static bool section_of(const uint8_t *bytes, size_t size, unsigned which, size_t *at, size_t *n) {
    Elf64_Ehdr head;
    Elf64_Shdr section;
    if (size < sizeof head) {
        return false;
    }
    memcpy(&head, bytes, sizeof head);
    size_t sections = head.e_shnum;
    if (sections == 0 || head.e_shoff > size || (size - head.e_shoff) / sizeof section < sections) {
        return false;
    }
    memcpy(&section, bytes + head.e_shoff + which % sections * sizeof section, sizeof section);
    *at = section.sh_offset;
    *n = section.sh_size;
    return section.sh_type != SHT_NOBITS && *n != 0 && *at < size && *n <= size - *at;
}

/* The libraries that read DWARF are not built for the fuzzer, so coverage does not lead it into them: one
 * section's contents are changed and all else stays whole, three times of four. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed) {
    size_t at, n;
    if (seed % 4 == 0 || !section_of(bytes, size, seed / 4, &at, &n)) {
        return LLVMFuzzerMutate(bytes, size, most);
    }
    size_t changed = LLVMFuzzerMutate(bytes + at, n, n);
    memset(bytes + at + changed, 0, n - changed);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    int fd = memfd_create("fuzz", 0);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) {
        perror("memfd");
        abort();
    }
    struct modules modules = {0};
    struct module *module = modules_open(&modules, path, NULL, 0);
    ask_sections(module, path);
    ask(module, UINT64_MAX);
    modules_free(&modules);
    close(fd);
    return 0;
}
