/* threading.c - see threading.h. */
#include "instrument/tools/report/threading.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

/* What C libraries make threads with, and Go's runtime: a static program has it only when something calls it. */
static bool makes_threads(const char *name) {
    return strcmp(name, "pthread_create") == 0 || strcmp(name, "__pthread_create_2_1") == 0 ||
           strcmp(name, "thrd_create") == 0 || strcmp(name, "runtime.newosproc") == 0;
}

static bool defines_maker(Elf *elf, Elf_Scn *section, const GElf_Shdr *head) {
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;
    for (int i = 0; data != NULL && gelf_getsym(data, i, &symbol) != NULL; i++) {
        const char *name = elf_strptr(elf, head->sh_link, symbol.st_name);
        if (name != NULL && symbol.st_shndx != SHN_UNDEF && makes_threads(name)) {
            return true;
        }
    }
    return data == NULL;
}

static bool is_dynamic(Elf *elf) {
    size_t n = 0;
    GElf_Phdr segment;
    bool found = elf_getphdrnum(elf, &n) != 0;
    for (size_t i = 0; !found && i < n; i++) {
        found = gelf_getphdr(elf, (int)i, &segment) == NULL || segment.p_type == PT_INTERP;
    }
    return found;
}

/* Of its symbol table; one without it tells nothing. */
static bool may(Elf *elf) {
    Elf_Scn *section = NULL;
    while (!is_dynamic(elf) && (section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr head;
        if (gelf_getshdr(section, &head) != NULL && head.sh_type == SHT_SYMTAB) {
            return defines_maker(elf, section, &head);
        }
    }
    return true;
}

bool may_run_threads(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    elf_version(EV_CURRENT);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    bool answer = elf == NULL || elf_kind(elf) != ELF_K_ELF || may(elf);
    elf_end(elf);
    if (fd >= 0) {
        close(fd);
    }
    return answer;
}
