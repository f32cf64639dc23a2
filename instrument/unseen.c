/* unseen.c - see unseen.h.
 *
 * Loadable  A program without an interpreter loads no libraries, and one that the kernel gives other rights than ours
 *           drops LD_PRELOAD. A script is its interpreter. Who signs all the same (its file system grants no
 *           rights, it is the dynamic linker itself) is taken for seen (processes.c).
 */
#include "instrument/unseen.h"

#include "detector/findings.h"
#include "instrument/sys.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, DEEPEST_SCRIPT = 5, SCRIPT_BYTES = 256 };

static size_t padded(size_t bytes) {
    return (bytes + 7) & ~(size_t)7;
}

/* Of a record of two items, the second a path. */
static size_t bytes_of(size_t payload, const char *path) {
    return sizeof(struct record_head) + 2 * sizeof(struct item_head) + padded(payload) +
           padded(strlen(path));
}

/* Where the record goes in the file; 0: it is full. */
static uint64_t reserve(struct findings_file *file, size_t bytes) {
    uint64_t at = atomic_fetch_add_explicit(&file->used, bytes, memory_order_relaxed);
    if (at + bytes > file->capacity) {
        atomic_fetch_add_explicit(&file->lost, 1, memory_order_relaxed);
        return 0;
    }
    return at;
}

static char *put(char *at, enum item_tag tag, enum item_role role, const void *from, size_t bytes) {
    struct item_head head = {
        .tag = (uint16_t)tag, .role = (uint16_t)role, .bytes = (uint32_t)bytes};
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, from, bytes); /* what pads it is zero: nobody has written there */
    return at + sizeof head + padded(bytes);
}

/* As findings.h says: the length first, the state last. */
static void fill(struct record_head *record, struct record_head head, enum item_tag tag,
                 const void *payload, size_t payload_bytes, const char *path) {
    __atomic_store_n(&record->bytes, head.bytes, __ATOMIC_RELEASE);
    record->kind = head.kind;
    record->pid = head.pid;
    record->time_ns = head.time_ns;
    char *rest = put((char *)(record + 1), tag, ROLE_NONE, payload, payload_bytes);
    put(rest, ITEM_TEXT, ROLE_PATH, path, strlen(path));
    atomic_store_explicit(&record->state, RECORD_COMMITTED, memory_order_release);
}

/* A part of the file, from the page that `from` is in; NULL: not even that. */
static char *map_part(long fd, uint64_t from, size_t bytes) {
    uint64_t page = from & ~(uint64_t)(PAGE_BYTES - 1);
    long at = sys_call(SYS_mmap, 0, (long)(from - page + bytes), PROT_READ | PROT_WRITE, MAP_SHARED,
                       fd, (long)page);
    return (unsigned long)at > -(unsigned long)PAGE_BYTES ? NULL : (char *)at + (from - page);
}

/* An unsigned process; where its record went; NULL: there was no room. fd: as in unseen_sign. */
static struct record_head *append(struct findings_file *file, long fd, struct raw_process *process,
                                  const char *path) {
    size_t bytes = bytes_of(sizeof *process, path);
    process->detector_version = EV_VERSION;
    process->tasks = process->threads = 1;
    process->start_ns = sys_clock_ns(CLOCK_REALTIME);
    struct record_head head = {.bytes = (uint32_t)bytes,
                               .kind = RECORD_PROCESS,
                               .pid = process->pid,
                               .time_ns = process->start_ns};
    uint64_t at = reserve(file, bytes);
    char *record = at == 0 ? NULL : fd < 0 ? (char *)file + at : map_part(fd, at, bytes);
    if (record != NULL) {
        fill((struct record_head *)record, head, ITEM_PROCESS, process, sizeof *process, path);
    }
    return (struct record_head *)record;
}

void unseen_sign(struct findings_file *file, long fd) {
    struct raw_process process = {.pid = (uint32_t)front.pid,
                                  .ppid = (uint32_t)SYS3(SYS_getppid, 0, 0, 0),
                                  .ended = FINDINGS_NOT_STARTED,
                                  .status = 125};
    (void)append(file, fd, &process, front.exe);
}

/* -- looking at a program -- */

static long read_at(long fd, void *to, size_t bytes, uint64_t at) {
    return sys_call(SYS_pread64, fd, (long)to, (long)bytes, (long)at, 0, 0);
}

static bool has_interpreter(long fd, const Elf64_Ehdr *head) {
    for (unsigned i = 0; i < head->e_phnum; i++) {
        Elf64_Phdr segment;
        uint64_t at = head->e_phoff + (uint64_t)i * head->e_phentsize;
        if (read_at(fd, &segment, sizeof segment, at) != (long)sizeof segment ||
            segment.p_type == PT_INTERP) {
            return true; /* or it is damaged, and not run at all */
        }
    }
    return false;
}

static bool changes_rights(long fd) {
    struct stat status;
    long euid = SYS3(SYS_geteuid, 0, 0, 0), egid = SYS3(SYS_getegid, 0, 0, 0);
    if (SYS3(SYS_fstat, fd, &status, 0) != 0) {
        return false;
    }
    bool user = (status.st_mode & S_ISUID) != 0 && status.st_uid != euid;
    bool group =
        (status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0 && status.st_gid != egid;
    return user || group ||
           (euid != 0 && sys_call(SYS_fgetxattr, fd, (long)"security.capability", 0, 0, 0, 0) > 0);
}

/* 0: libraries can be loaded into it, as far as we know. */
static uint32_t obstacle(long fd, const Elf64_Ehdr *head) {
    bool is_ours = head->e_ident[EI_CLASS] == ELFCLASS64 && head->e_machine == EM_X86_64;
    if (is_ours && !has_interpreter(fd, head)) {
        return FINDINGS_STATIC;
    }
    return changes_rights(fd) ? FINDINGS_OTHER_RIGHTS : 0;
}

/* The path by which the kernel knows an open file, else the one it was opened by. */
static const char *path_of(long fd, const char *path, char *room, size_t bytes) {
    char link[32] = "/proc/self/fd/";
    size_t n = strlen(link);
    for (long ten = 1000000000; ten > 0; ten /= 10) {
        if (fd >= ten || ten == 1) {
            link[n++] = (char)('0' + fd / ten % 10);
        }
    }
    link[n] = '\0';
    long got = SYS3(SYS_readlink, link, room, bytes - 1);
    room[got > 0 ? got : 0] = '\0';
    return got > 0 && room[0] == '/' ? room : path;
}

COLD static struct record_head *record_of(long fd, uint32_t kind, const char *path) {
    char room[PATH_MAX];
    struct raw_process process = {.ended = kind};
    return append(front.findings, -1, &process, path_of(fd, path, room, sizeof room));
}

static struct record_head *look(long fd, const char *path, unsigned depth);

static struct record_head *look_by_name(int directory, const char *path, unsigned depth) {
    long fd = sys_call(SYS_openat, directory, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    struct record_head *program = fd >= 0 ? look(fd, path, depth) : NULL;
    if (fd >= 0) {
        SYS3(SYS_close, fd, 0, 0);
    }
    return program;
}

static struct record_head *look_at_interpreter(char *line, unsigned depth) {
    char *name = line + 2 + strspn(line + 2, " \t");
    name[strcspn(name, " \t\n")] = '\0';
    return look_by_name(AT_FDCWD, name, depth + 1);
}

static struct record_head *look(long fd, const char *path, unsigned depth) {
    union {
        Elf64_Ehdr head;
        char text[SCRIPT_BYTES];
    } start = {.text = {0}};
    long got = read_at(fd, start.text, sizeof start.text - 1, 0);
    if (got >= (long)sizeof start.head && memcmp(start.text, ELFMAG, SELFMAG) == 0) {
        uint32_t kind = obstacle(fd, &start.head);
        return kind != 0 ? record_of(fd, kind, path) : NULL;
    }
    bool is_script = got > 2 && start.text[0] == '#' && start.text[1] == '!';
    return is_script && depth < DEEPEST_SCRIPT ? look_at_interpreter(start.text, depth) : NULL;
}

/* Somebody will judge what is found, and looking is allowed. */
static bool is_wanted(void) {
    return front.on && front.preload[0] != '\0' && front.findings_given[0] != '\0' &&
           !front.sandboxed;
}

struct record_head *unseen_file(int directory, const char *path) {
    return is_wanted() ? look_by_name(directory, path, 0) : NULL;
}

struct record_head *unseen_open(int fd) {
    return is_wanted() ? look(fd, "?", 0) : NULL;
}

struct record_head *unseen_named(const char *name) {
    const char *list = getenv("PATH");
    if (!is_wanted() || strchr(name, '/') != NULL) {
        return unseen_file(AT_FDCWD, name);
    }
    list = list != NULL ? list : "/bin:/usr/bin";
    char file[PATH_MAX];
    for (size_t length = 0;; list += length + 1) {
        length = strcspn(list, ":");
        if (length + 1 + strlen(name) < sizeof file) {
            memcpy(file, list, length);
            file[length] = '/';
            strcpy(file + length + (length != 0), name);
            if (SYS3(SYS_access, file, X_OK, 0) == 0) {
                return unseen_file(AT_FDCWD, file);
            }
        }
        if (list[length] == '\0') {
            return NULL;
        }
    }
}

void unseen_started(struct record_head *program, int pid) {
    if (program == NULL) {
        return;
    }
    struct raw_process *process =
        (struct raw_process *)((char *)(program + 1) + sizeof(struct item_head));
    int own = sys_getpid();
    process->ppid = (uint32_t)(pid == own ? SYS3(SYS_getppid, 0, 0, 0) : own);
    process->pid = (uint32_t)pid;
    __atomic_store_n(&program->pid, (uint32_t)pid, __ATOMIC_RELAXED);
}
