/* loadable.c - looking at a command before it is started. */
#include "instrument/tools/gate/loadable.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "instrument/tools/report/say.h"

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127, DEEPEST_SCRIPT = 5 };

/* -- finding it -- */

static bool can_execute(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static char *check_file(const char *path, int *status) {
    if (can_execute(path)) {
        return str_copy(path);
    }
    *status = access(path, F_OK) == 0 ? NOT_EXECUTABLE : NOT_FOUND;
    return NULL;
}

char *command_path(const char *name, int *status) {
    if (strchr(name, '/') != NULL) {
        return check_file(name, status);
    }
    const char *path = getenv("PATH");
    char *list = str_copy(path == NULL ? "/bin:/usr/bin" : path), *rest = list, *directory;
    char *found = NULL;
    *status = NOT_FOUND;
    while (*name != '\0' && found == NULL && (directory = strsep(&rest, ":")) != NULL) {
        char *file = str_format("%s/%s", *directory == '\0' ? "." : directory, name);
        int why = NOT_FOUND;
        found = check_file(file, &why);
        if (why == NOT_EXECUTABLE) {
            *status = NOT_EXECUTABLE;
        }
        free(file);
    }
    free(list);
    return found;
}

/* -- looking into it -- */

/* Will the kernel run it with other rights than ours? Then the loader drops LD_PRELOAD. */
static bool changes_rights(int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return false;
    }
    bool user = (status.st_mode & S_ISUID) != 0 && status.st_uid != geteuid();
    bool group = (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0 &&
                 status.st_gid != getegid();
    bool capable = geteuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0;
    return user || group || capable;
}

static bool has_interpreter(int fd, const Elf64_Ehdr *head) {
    for (unsigned i = 0; i < head->e_phnum; i++) {
        Elf64_Phdr segment;
        off_t at = (off_t)(head->e_phoff + (uint64_t)i * head->e_phentsize);
        if (pread(fd, &segment, sizeof segment, at) == (ssize_t)sizeof segment &&
            segment.p_type == PT_INTERP) {
            return true;
        }
    }
    return false;
}

static bool needs_library(Elf *elf, Elf_Scn *section, const GElf_Shdr *head, const char *start) {
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Dyn entry;
    for (int i = 0; data != NULL && gelf_getdyn(data, i, &entry) != NULL; i++) {
        const char *name =
            entry.d_tag == DT_NEEDED ? elf_strptr(elf, head->sh_link, entry.d_un.d_val) : NULL;
        if (name != NULL && strncmp(name, start, strlen(start)) == 0) {
            return true;
        }
    }
    return false;
}

static bool defines(Elf *elf, Elf_Scn *section, const GElf_Shdr *head, const char *wanted) {
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;
    for (int i = 0; data != NULL && gelf_getsym(data, i, &symbol) != NULL; i++) {
        const char *name = elf_strptr(elf, head->sh_link, symbol.st_name);
        if (name != NULL && symbol.st_shndx != SHN_UNDEF && strcmp(name, wanted) == 0) {
            return true;
        }
    }
    return false;
}

/* Does it bring a race detector of its own? gcc's is a library, clang's part of the program. */
static bool has_own_detector(int fd) {
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    Elf_Scn *section = NULL;
    bool found = false;
    while (!found && elf != NULL && (section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr head;
        if (gelf_getshdr(section, &head) == NULL) {
            continue;
        }
        found = (head.sh_type == SHT_DYNAMIC && needs_library(elf, section, &head, "libtsan.so")) ||
                (head.sh_type == SHT_DYNSYM && defines(elf, section, &head, "__tsan_init"));
    }
    elf_end(elf);
    return found;
}

static char *elf_obstacle(const char *path, int fd, const Elf64_Ehdr *head) {
    if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_machine != EM_X86_64) {
        return str_format("%s: it is not an x86-64 program, so the detector cannot be loaded into "
                          "it; build it for x86-64",
                          path);
    }
    if (!has_interpreter(fd, head)) {
        return str_format("%s: it is statically linked, so the detector cannot be loaded into it; "
                          "link it dynamically",
                          path);
    }
    if (changes_rights(fd)) {
        return str_format("%s: it runs with other rights (setuid, setgid or capabilities), so the "
                          "detector cannot be loaded into it; run it as its owner",
                          path);
    }
    if (has_own_detector(fd)) {
        return str_format(
            "%s: it carries the compiler's own ThreadSanitizer, which leaves no room for "
            "another detector; build it with raddle-cc",
            path);
    }
    return NULL;
}

/* The interpreter of a script whose first bytes are `start`; a new string. */
static char *interpreter_of(const char *start) {
    if (start[0] != '#' || start[1] != '!') {
        return str_copy("/bin/sh"); /* what execvp does with a file the kernel does not know */
    }
    const char *name = start + 2 + strspn(start + 2, " \t");
    return str_format("%.*s", (int)strcspn(name, " \t\n"), name);
}

static char *obstacle_within(const char *path, int depth) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL; /* executable but not readable: the run itself will tell */
    }
    union {
        Elf64_Ehdr head;
        char text[256];
    } start = {.text = {0}};
    char *obstacle = NULL;
    ssize_t got = pread(fd, start.text, sizeof start.text - 1, 0);
    if (got >= (ssize_t)sizeof start.head && memcmp(start.text, ELFMAG, SELFMAG) == 0) {
        obstacle = elf_obstacle(path, fd, &start.head);
    } else if (depth < DEEPEST_SCRIPT) {
        char *interpreter = interpreter_of(start.text);
        obstacle = obstacle_within(interpreter, depth + 1);
        free(interpreter);
    }
    close(fd);
    return obstacle;
}

char *command_obstacle(const char *path) {
    return obstacle_within(path, 0);
}
