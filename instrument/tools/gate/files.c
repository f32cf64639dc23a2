/* files.c - finding the detector, making and sharing findings files. */
#include "instrument/tools/gate/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "detector/findings.h"
#include "instrument/tools/report/say.h"

#define DETECTOR "libraddle-detector.so"

/* -- the detector -- */

/* The directory this program stands in; a new string. */
static char *own_directory(void) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    const char *started_as = (const char *)getauxval(AT_EXECFN);
    if (n > 0) {
        path[n] = '\0';
    } else if (started_as == NULL || realpath(started_as, path) == NULL) { /* there is no /proc */
        return str_copy(".");
    }
    char *slash = strrchr(path, '/');
    *slash = '\0';
    return str_copy(path);
}

static char *absolute(const char *path) {
    char *whole = realpath(path, NULL);
    if (whole == NULL) {
        say_fatal("%s: cannot be read: %s; reinstall Raddle or set RADDLE_DETECTOR", path,
                  strerror(errno));
    }
    if (strpbrk(whole, ": ") != NULL) {
        say_fatal("%s: a path with a space or colon cannot be preloaded; install Raddle elsewhere",
                  whole);
    }
    return whole;
}

char *detector_path(void) {
    const char *wanted = getenv("RADDLE_DETECTOR");
    if (wanted != NULL && *wanted != '\0') {
        return absolute(wanted);
    }
    char *here = own_directory();
    char *places[] = {
        str_format("%s/../" DETECTOR, here),
        str_format("%s/../lib/x86_64-linux-gnu/" DETECTOR, here),
        str_format("%s/../lib/" DETECTOR, here),
        str_copy(RADDLE_LIBDIR "/" DETECTOR),
    };
    char *found = NULL;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (found == NULL && access(places[i], R_OK) == 0) {
            found = absolute(places[i]);
        }
        free(places[i]);
    }
    if (found == NULL) {
        say_fatal(DETECTOR " was not found: it is neither beside %s nor in " RADDLE_LIBDIR
                           "; reinstall Raddle or set RADDLE_DETECTOR",
                  here);
    }
    free(here);
    return found;
}

char *canary_path(const char *name) {
    char *here = own_directory();
    char *places[] = {
        str_format("%s/%s", here, name),
        str_format("%s/../libexec/raddle/%s", here, name),
        str_format(RADDLE_LIBEXECDIR "/raddle/%s", name),
    };
    char *found = NULL;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (found == NULL && access(places[i], X_OK) == 0) {
            found = places[i];
        } else {
            free(places[i]);
        }
    }
    if (found == NULL) {
        say_fatal("%s was not found: it is neither beside %s nor in " RADDLE_LIBEXECDIR
                  "/raddle; reinstall Raddle",
                  name, here);
    }
    free(here);
    return found;
}

/* -- the findings file -- */

static bool is_private_directory(const char *path) {
    struct stat status;
    return path != NULL && path[0] == '/' && stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
           access(path, W_OK | X_OK) == 0;
}

static void choose_directory(struct findings_place *place, const char *keep, char **directory) {
    const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
    if (keep != NULL) {
        *directory = realpath(keep, NULL);
    } else if (is_private_directory(runtime)) {
        *directory = str_copy(runtime);
    } else {
        bool usable = temporary != NULL && temporary[0] == '/';
        place->directory = str_format("%s/raddle-XXXXXX", usable ? temporary : "/tmp");
        if (mkdtemp(place->directory) == NULL) {
            say_fatal("%s: cannot be made: %s; set TMPDIR to a directory that can be written",
                      place->directory, strerror(errno));
        }
        *directory = str_copy(place->directory);
    }
    if (*directory == NULL) {
        say_fatal("%s: cannot be used: %s", keep, strerror(errno));
    }
}

/* temporary: the directory that was made in $TMPDIR; NULL: that did not decide. */
static const char *what_else(const char *keep, const char *temporary) {
    return keep != NULL        ? "make room there, or name another directory with --keep"
           : temporary != NULL ? "set TMPDIR to a directory with room"
                               : "make room in $XDG_RUNTIME_DIR, or unset it and set TMPDIR to a "
                                 "directory with room";
}

struct findings_place findings_create(const char *keep) {
    struct findings_place place = {0};
    struct findings_file header = {.version = FINDINGS_VERSION,
                                   .header_bytes = sizeof header,
                                   .capacity = FINDINGS_DEFAULT_CAPACITY,
                                   .used = sizeof header};
    char *directory;
    memcpy(header.magic, FINDINGS_MAGIC, sizeof header.magic);
    choose_directory(&place, keep, &directory);
    int fd = -1;
    for (int attempt = 0; fd < 0 && attempt < 1000; attempt++) {
        free(place.path);
        place.path =
            str_format("%s/raddle-%d-%d" FINDINGS_SUFFIX, directory, (int)getpid(), attempt);
        fd = open(place.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    if (fd < 0 || ftruncate(fd, (off_t)header.capacity) != 0 ||
        pwrite(fd, &header, sizeof header, 0) != (ssize_t)sizeof header) {
        int why = errno;
        unlink(place.path);
        if (place.directory != NULL) {
            rmdir(place.directory);
        }
        say_fatal("%s: cannot be made: %s; %s", place.path, strerror(why),
                  why == EFBIG ? "raise `ulimit -f` to 262144 or more"
                               : what_else(keep, place.directory));
    }
    close(fd);
    free(directory);
    return place;
}

void findings_remove(struct findings_place *place) {
    unlink(place->path);
    if (place->directory != NULL) {
        rmdir(place->directory);
    }
    free(place->path);
    free(place->directory);
    *place = (struct findings_place){0};
}

/* -- the run around this one -- */

/* One record, as findings.h says: reserve, length first, body, then committed. */
static bool append(struct findings_file *file, const struct raw_record *record) {
    uint64_t at = atomic_fetch_add_explicit(&file->used, record->bytes, memory_order_relaxed);
    if (at > file->capacity || record->bytes > file->capacity - at) {
        atomic_fetch_add_explicit(&file->lost, 1, memory_order_relaxed);
        return false;
    }
    struct record_head *head = (struct record_head *)(void *)((char *)file + at);
    const struct record_head *from = record->raw;
    head->bytes = record->bytes;
    head->kind = from->kind;
    head->pid = from->pid;
    head->time_ns = from->time_ns;
    memcpy(head + 1, from + 1, record->bytes - sizeof *head);
    atomic_store_explicit(&head->state, RECORD_COMMITTED, memory_order_release);
    return true;
}

static bool is_finding(uint32_t kind) {
    return kind != RECORD_PROCESS && kind != RECORD_MODULE;
}

/* NULL: no findings file. */
static struct findings_file *map_shared(const char *path, size_t *bytes) {
    struct stat status;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool good = fd >= 0 && fstat(fd, &status) == 0 && raw_is_findings(path) &&
                (size_t)status.st_size >= sizeof(struct findings_file);
    *bytes = good ? (size_t)status.st_size : 0;
    struct findings_file *file =
        good ? mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0) {
        close(fd);
    }
    return file == MAP_FAILED ? NULL : file;
}

static bool is_ours(const struct findings_file *file, size_t bytes) {
    return file->version == FINDINGS_VERSION && file->capacity <= bytes;
}

bool findings_hand_on(const struct raw_log *log, const char *outer, bool with_findings) {
    size_t bytes;
    struct findings_file *file = map_shared(outer, &bytes);
    if (file == NULL) {
        return false;
    }
    bool all = is_ours(file, bytes);
    for (size_t i = 0; all && i < log->n_records; i++) {
        const struct raw_record *record = &log->records[i];
        if (!is_finding(record->kind) || (with_findings && !record->dropped)) {
            all = append(file, record);
        }
    }
    atomic_fetch_add_explicit(&file->lost, log->lost, memory_order_relaxed);
    munmap(file, bytes);
    return all;
}

bool findings_add_condition(const char *path, const char *text) {
    size_t bytes, length = strlen(text);
    struct findings_file *file = map_shared(path, &bytes);
    if (file == NULL) {
        return false;
    }
    size_t padded = (length + 7) / 8 * 8;
    struct raw_record record = {
        .bytes = (uint32_t)(sizeof(struct record_head) + sizeof(struct item_head) + padded)};
    struct record_head *head = mem_new(1, record.bytes);
    struct item_head *item = (struct item_head *)(head + 1);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    head->kind = RECORD_CONDITION;
    head->pid = (uint32_t)getpid();
    head->time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    *item = (struct item_head){.tag = ITEM_TEXT, .role = ROLE_MESSAGE, .bytes = (uint32_t)length};
    memcpy(item + 1, text, length);
    record.raw = head;
    bool all = is_ours(file, bytes) && append(file, &record);
    free(head);
    munmap(file, bytes);
    return all;
}

void findings_shorten(const char *path) {
    size_t bytes;
    struct findings_file *file = map_shared(path, &bytes);
    if (file == NULL) {
        return;
    }
    uint64_t used = atomic_load_explicit(&file->used, memory_order_relaxed);
    bool shorter = is_ours(file, bytes) && used >= sizeof *file && used < file->capacity;
    if (shorter) {
        file->capacity = used; /* first: what is said to be there must be */
    }
    munmap(file, bytes);
    if (shorter && truncate(path, (off_t)used) != 0) {
        say_error("%s: could not be made shorter: %s", path, strerror(errno));
    }
}
