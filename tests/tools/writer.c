/* writer.c - composing and appending findings records. */
#include "tests/tools/writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOME_TIME_NS = 1000000007 }; /* the same in every run */

void record_begin(struct record *record, uint32_t kind, uint32_t pid) {
    record->kind = kind;
    record->pid = pid;
    record->used = sizeof(struct record_head);
}

void record_item(struct record *record, uint16_t tag, uint16_t role, const void *data,
                 size_t bytes) {
    struct item_head head = {.tag = tag, .role = role, .bytes = (uint32_t)bytes};
    size_t padded = (bytes + 7) & ~(size_t)7;
    if (record->used + sizeof head + padded > sizeof record->bytes) {
        abort();
    }
    memcpy(record->bytes + record->used, &head, sizeof head);
    record->used += sizeof head;
    memset(record->bytes + record->used, 0, padded);
    memcpy(record->bytes + record->used, data, bytes);
    record->used += padded;
}

void record_text(struct record *record, uint16_t role, const char *text) {
    record_item(record, ITEM_TEXT, role, text, strlen(text));
}

static struct findings_file *map(int fd, size_t bytes) {
    void *file = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return file == MAP_FAILED ? NULL : file;
}

struct findings_file *file_create(const char *path, size_t capacity) {
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)capacity) != 0) {
        abort();
    }
    struct findings_file *file = map(fd, capacity);
    memcpy(file->magic, FINDINGS_MAGIC, sizeof file->magic);
    file->version = FINDINGS_VERSION;
    file->header_bytes = sizeof *file;
    file->capacity = capacity;
    file->used = sizeof *file;
    return file;
}

struct findings_file *file_open(const char *path) {
    struct stat status;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        return NULL;
    }
    return map(fd, (size_t)status.st_size);
}

static char *reserve(struct findings_file *file, size_t bytes) {
    uint64_t at = atomic_fetch_add_explicit(&file->used, bytes, memory_order_relaxed);
    if (at + bytes > file->capacity) {
        atomic_fetch_add_explicit(&file->lost, 1, memory_order_relaxed);
        return NULL;
    }
    return (char *)file + at;
}

void file_append(struct findings_file *file, const struct record *record, uint32_t state) {
    char *at = reserve(file, record->used);
    if (at == NULL) {
        return;
    }
    struct record_head *head = (struct record_head *)(void *)at;
    head->bytes = (uint32_t)record->used;
    head->kind = record->kind;
    head->pid = record->pid;
    head->time_ns = SOME_TIME_NS;
    memcpy(at + sizeof *head, record->bytes + sizeof *head, record->used - sizeof *head);
    atomic_store_explicit(&head->state, state, memory_order_release);
}

void file_reserve_only(struct findings_file *file, size_t bytes) {
    reserve(file, bytes);
}
