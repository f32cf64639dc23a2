/* raw.c - which records does this file hold, and what did it lose? */
#include "instrument/tools/report/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "instrument/tools/report/say.h"

#define LAST_RECORD_KIND RECORD_CONDITION
#define LAST_ITEM_TAG    ITEM_VALUE

/* -- bytes -- */

/* Up to `bytes` bytes of the start of fd; *got says how many there were. */
static char *read_start(int fd, size_t bytes, size_t *got) {
    char *memory = mem_new(bytes + 8, 1);
    *got = 0;
    while (*got < bytes) {
        ssize_t n = pread(fd, memory + *got, bytes - *got, (off_t)*got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        *got += (size_t)n;
    }
    return memory;
}

static char *header_error(const struct findings_file *header, size_t got, const char *path) {
    if (got < sizeof header->magic || memcmp(header->magic, FINDINGS_MAGIC, 8) != 0) {
        return str_format("%s: not a findings file: it does not start as one", path);
    }
    if (got < sizeof *header) {
        return str_format("%s: damaged: it ends inside its own header", path);
    }
    if (header->version != FINDINGS_VERSION) {
        return str_format("%s: findings of format %u: this tool reads format %u; use the "
                          "raddle-report of the same release",
                          path, header->version, FINDINGS_VERSION);
    }
    if (header->header_bytes < sizeof *header || header->header_bytes % 8 != 0 ||
        header->header_bytes > header->capacity) {
        return str_format("%s: damaged: its header says that it is %u bytes long", path,
                          header->header_bytes);
    }
    return NULL;
}

/* -- items -- */

/* May an item of tag `owner` own one of tag `tag` and role `role`? The rows of findings.h. */
static bool can_own(uint16_t owner, uint16_t tag, uint16_t role) {
    switch (tag) {
    case ITEM_STACK:
        switch (role) {
        case ROLE_WHERE:
            return owner == ITEM_ACCESS || owner == ITEM_WAIT || owner == ITEM_LOCK ||
                   owner == ITEM_LAST;
        case ROLE_CREATED:
            return owner == ITEM_TASK || owner == ITEM_BLOCK || owner == ITEM_OBJECT ||
                   owner == ITEM_LOCK;
        case ROLE_INSIDE:
            return owner == ITEM_TASK;
        case ROLE_FREED:
            return owner == ITEM_BLOCK;
        default:
            return false;
        }
    case ITEM_TEXT:
        if (role == ROLE_NAME) {
            return owner == ITEM_TASK || owner == ITEM_LOCK || owner == ITEM_OBJECT;
        }
        if (role == ROLE_PATH) {
            return owner == ITEM_MODULE || owner == ITEM_PROCESS;
        }
        return role == ROLE_ARGUMENTS && owner == ITEM_PROCESS;
    case ITEM_LOCK:
        return owner == ITEM_ACCESS || owner == ITEM_TASK;
    case ITEM_WAIT:
        return owner == ITEM_TASK;
    case ITEM_BLOCK:
        return role == ROLE_WHERE && (owner == ITEM_LOCK || owner == ITEM_OBJECT);
    case ITEM_VALUE:
        return owner == ITEM_ACCESS;
    case ITEM_FRAME:
        return owner == ITEM_BLOCK;
    case ITEM_OBJECT:
    case ITEM_LAST:
        return owner == ITEM_WAIT;
    default:
        return false;
    }
}

/* The latest item of each tag, counted from 1; 0: none yet. Of a deadlock of 10^5 tasks there are 10^6 items, so that
 * nobody may search through them for the one that another belongs to. */
struct latest {
    size_t of[LAST_ITEM_TAG + 1];
};

static size_t find_owner(const struct latest *latest, uint16_t tag, uint16_t role) {
    size_t found = 0;
    for (uint16_t owner = 1; owner <= LAST_ITEM_TAG; owner++) {
        if (latest->of[owner] > found && can_own(owner, tag, role)) {
            found = latest->of[owner];
        }
    }
    return found ? found - 1 : RAW_NO_OWNER;
}

/* Splits a record's body. Returns false when an item runs over the end. */
static bool split_items(const char *body, size_t bytes, struct raw_item **items, size_t *n_items) {
    size_t room = 0, at = 0;
    struct latest latest = {0};
    *items = NULL;
    *n_items = 0;
    while (at + sizeof(struct item_head) <= bytes) {
        struct item_head head;
        memcpy(&head, body + at, sizeof head);
        at += sizeof head;
        if (head.bytes > bytes - at) {
            return false;
        }
        *items = mem_grow(*items, *n_items, &room, sizeof **items);
        (*items)[*n_items] = (struct raw_item){
            .tag = head.tag,
            .role = head.role,
            .flags = head.flags,
            .bytes = head.bytes,
            .data = body + at,
            .owner = find_owner(&latest, head.tag, head.role),
        };
        *n_items += 1;
        if (head.tag <= LAST_ITEM_TAG) {
            latest.of[head.tag] = *n_items;
        }
        at += ((size_t)head.bytes + 7) & ~(size_t)7;
    }
    return true;
}

/* -- records -- */

/* Could a committed record start here? Strict, because it is also asked about arbitrary bytes. */
static bool is_plausible(const char *file, size_t at, size_t end) {
    struct record_head head;
    if (end - at < sizeof head) {
        return false;
    }
    memcpy(&head, file + at, sizeof head);
    return head.bytes >= sizeof head && head.bytes % 8 == 0 && head.bytes <= end - at &&
           head.kind >= RECORD_PROCESS && head.kind <= LAST_RECORD_KIND &&
           head.state == RECORD_COMMITTED && head.pid != 0 && head.time_ns > 0;
}

/* A writer died before it could say how long its record is. The next place that looks like a record
 * and is followed by another one, or by the end, is where reading goes on; else `end`. */
static size_t resume_after(const char *file, size_t at, size_t end) {
    for (at += 8; at < end; at += 8) {
        if (!is_plausible(file, at, end)) {
            continue;
        }
        struct record_head head;
        memcpy(&head, file + at, sizeof head);
        size_t next = at + head.bytes;
        if (next == end || is_plausible(file, next, end)) {
            return at;
        }
    }
    return end;
}

static void add_record(struct raw_log *log, const char *file, size_t at) {
    struct record_head head;
    memcpy(&head, file + at, sizeof head);
    struct raw_item *items = NULL;
    size_t n_items = 0;
    if (head.state != RECORD_COMMITTED ||
        !split_items(file + at + sizeof head, head.bytes - sizeof head, &items, &n_items)) {
        log->lost++;
        free(items);
        return;
    }
    log->records = mem_grow(log->records, log->n_records, &log->room, sizeof *log->records);
    log->records[log->n_records++] = (struct raw_record){
        .kind = head.kind,
        .pid = head.pid,
        .time_ns = head.time_ns,
        .raw = file + at,
        .bytes = head.bytes,
        .items = items,
        .n_items = n_items,
    };
}

static void add_records(struct raw_log *log, const char *file, size_t at, size_t end) {
    while (at + sizeof(struct record_head) <= end) {
        uint32_t bytes;
        memcpy(&bytes, file + at, sizeof bytes);
        if (bytes < sizeof(struct record_head) || bytes % 8 != 0) {
            log->lost++;
            at = resume_after(file, at, end);
        } else if (bytes > end - at) {
            log->lost++;
            return;
        } else {
            add_record(log, file, at);
            at += bytes;
        }
    }
}

char *raw_read(struct raw_log *log, const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return str_format("%s: cannot be read: %s", path, strerror(errno));
    }
    struct findings_file header;
    memset(&header, 0, sizeof header);
    size_t got = 0;
    char *start = read_start(fd, sizeof header, &got);
    memcpy(&header, start, got);
    free(start);
    char *error = header_error(&header, got, path);
    if (error != NULL) {
        close(fd);
        return error;
    }
    uint64_t used = header.used < header.capacity ? header.used : header.capacity;
    struct stat status;
    bool cut_off = fstat(fd, &status) == 0 && (uint64_t)status.st_size < used;
    char *file = read_start(fd, cut_off ? (size_t)status.st_size : (size_t)used, &got);
    close(fd);

    log->memory = mem_grow(log->memory, log->n_memory, &log->memory_room, sizeof *log->memory);
    log->memory[log->n_memory++] = file;
    log->lost += header.lost + (cut_off || got < used ? 1 : 0);
    log->cut_off = log->cut_off || cut_off || got < used;
    if (got > header.header_bytes) {
        add_records(log, file, header.header_bytes, got);
    }
    return NULL;
}

bool raw_is_findings(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    size_t got = 0;
    char *start = read_start(fd, 8, &got);
    bool is = got == 8 && memcmp(start, FINDINGS_MAGIC, 8) == 0;
    free(start);
    close(fd);
    return is;
}

void raw_free(struct raw_log *log) {
    for (size_t i = 0; i < log->n_records; i++) {
        free((void *)log->records[i].items);
    }
    for (size_t i = 0; i < log->n_memory; i++) {
        free(log->memory[i]);
    }
    free(log->records);
    free(log->memory);
    memset(log, 0, sizeof *log);
}

/* -- looking into a record -- */

const struct raw_item *raw_find(const struct raw_record *record, size_t owner, uint16_t tag,
                                uint16_t role) {
    for (size_t i = 0; i < record->n_items; i++) {
        const struct raw_item *item = &record->items[i];
        if (item->tag == tag && item->owner == owner && (role == ROLE_NONE || item->role == role)) {
            return item;
        }
    }
    return NULL;
}

size_t raw_next(const struct raw_record *record, size_t after, uint16_t tag) {
    for (size_t i = after == RAW_NO_OWNER ? 0 : after + 1; i < record->n_items; i++) {
        if (record->items[i].tag == tag) {
            return i;
        }
    }
    return RAW_NO_OWNER;
}

void raw_copy(const struct raw_item *item, void *out, size_t bytes) {
    memset(out, 0, bytes);
    if (item != NULL) {
        memcpy(out, item->data, item->bytes < bytes ? item->bytes : bytes);
    }
}

char *raw_text(const struct raw_item *item) {
    if (item == NULL) {
        return NULL;
    }
    return str_format("%.*s", (int)item->bytes, (const char *)item->data);
}
