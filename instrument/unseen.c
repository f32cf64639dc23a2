/* unseen.c - see unseen.h. */
#include "instrument/unseen.h"

#include "detector/findings.h"
#include "instrument/sys.h"

#include <string.h>
#include <sys/mman.h>

enum { PAGE_BYTES = 4096 };

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

void unseen_sign(struct findings_file *file, long fd) {
    struct raw_process process = {.pid = (uint32_t)front.pid,
                                  .ppid = (uint32_t)SYS3(SYS_getppid, 0, 0, 0),
                                  .detector_version = EV_VERSION,
                                  .threads = 1,
                                  .ended = FINDINGS_NOT_STARTED,
                                  .status = 125,
                                  .start_ns = sys_clock_ns(CLOCK_REALTIME)};
    size_t bytes = bytes_of(sizeof process, front.exe);
    struct record_head head = {.bytes = (uint32_t)bytes,
                               .kind = RECORD_PROCESS,
                               .pid = process.pid,
                               .time_ns = process.start_ns};
    uint64_t at = reserve(file, bytes);
    char *record = at == 0 ? NULL : fd < 0 ? (char *)file + at : map_part(fd, at, bytes);
    if (record != NULL) {
        fill((struct record_head *)record, head, ITEM_PROCESS, &process, sizeof process, front.exe);
    }
}
