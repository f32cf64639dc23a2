/* fuzz_dwarf.c - bytes are an executable or a library of somebody else, and reports ask it for names.
 *
 * Nothing may crash or hang, whatever ELF and DWARF say: a file may be cut, built by an unknown compiler,
 * or meant to harm. What is asked: the frames of return addresses, with and without DWARF, and the variables,
 * at addresses spread over the file's sections and beyond them.
 */
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/symbolize.h"
#include "instrument/tools/report/variables.h"

enum { QUESTIONS = 16, SECTIONS_ASKED = 8 };

static void ask(struct module *module, uint64_t address) {
    struct frames frames = {0};
    struct variable variable;
    symbolize_pc(module, address, &frames);
    symbolize_name(module, address, &frames);
    frames_free(&frames);
    (void)variables_find(module, address, 4, &variable);
    variable_clear(&variable);
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
            ask_range(module, section.sh_addr, section.sh_size);
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
