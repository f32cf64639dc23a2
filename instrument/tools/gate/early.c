/* early.c - see early.h. */
#include "instrument/tools/gate/early.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "detector/findings.h"
#include "instrument/tools/report/large_stack.h"

enum {
    NEWS_BYTES = 4096,
    ID_BYTES = 64,
    MOMENT_MS = 300 /* a process that it ends has 100 (watch.c) */
};

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void early_begin(struct early *early) {
    early->told = json_object();
    early->news = early->file = -1;
}

/* -- looking -- */

static bool read_at(const struct early *early, uint64_t at, void *out, size_t bytes) {
    return pread(early->file, out, bytes, (off_t)at) == (ssize_t)bytes;
}

/* Whether there is a deadlock that was not there before. The records are walked again from the first one that is still
 * being written: it may be one. Its writer may also have died, so those behind it are not kept waiting. */
static bool has_new(struct early *early) {
    struct findings_file file;
    struct record_head head;
    if (!read_at(early, 0, &file, sizeof file)) {
        return false;
    }
    bool is_stuck = file.used == early->used && read_at(early, early->at, &head, sizeof head) &&
                    head.state != RECORD_COMMITTED;
    if (is_stuck) {
        return false;
    }
    early->used = file.used;
    uint64_t n = early->n;
    uint64_t at = early->at == 0 ? file.header_bytes : early->at;
    bool all_written = true;
    for (; at + sizeof head <= file.used && at + sizeof head <= file.capacity; at += head.bytes) {
        if (!read_at(early, at, &head, sizeof head) || head.bytes < sizeof head) {
            break;
        }
        bool is_written = head.state == RECORD_COMMITTED;
        n += is_written && head.kind == RECORD_DEADLOCK;
        all_written = all_written && is_written;
        if (all_written) {
            early->at = at + head.bytes;
            early->n = n;
        }
    }
    bool more = n > early->known;
    early->known = n;
    return more;
}

/* -- telling, in the child -- */

/* Deadlocks, and what their reports are made of: a run may have thousands of other findings. */
static void keep_what_tells(struct raw_log *log) {
    size_t n = 0;
    for (size_t i = 0; i < log->n_records; i++) {
        uint32_t kind = log->records[i].kind;
        if (kind == RECORD_PROCESS || kind == RECORD_MODULE || kind == RECORD_DEADLOCK ||
            kind == RECORD_MISUSE) {
            log->records[n++] = log->records[i];
        }
    }
    log->n_records = n;
}

static int tell(void *with) {
    struct early *early = with;
    struct raw_log log = {0};
    char *error = raw_read(&log, early->findings);
    if (error == NULL) {
        keep_what_tells(&log);
        early->tell(&log, early->told, early->with);
    }
    free(error);
    return 0; /* the child ends, and all that it has with it */
}

static _Noreturn void become_teller(struct early *early, int news) {
    const char *id;
    json_t *how;
    json_t *before = json_deep_copy(early->told);
    on_large_stack(tell, early);
    json_object_foreach(early->told, id, how) {
        if (!json_equal(json_object_get(before, id), how)) {
            dprintf(news, "%s %lld\n", id, (long long)json_integer_value(how));
        }
    }
    _exit(0);
}

static void start_teller(struct early *early) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return; /* it is told at the end */
    }
    fflush(NULL);
    early->child = fork();
    if (early->child == 0) {
        close(ends[0]);
        become_teller(early, ends[1]);
    }
    close(ends[1]);
    if (early->child < 0) {
        close(ends[0]);
        return;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    early->news = ends[0];
}

/* -- and hearing of it -- */

/* The child writes at the end of its life, so all lines are there at once: they fit into a pipe, or it waits for us. */
static void take_news(struct early *early) {
    char text[NEWS_BYTES];
    size_t kept = 0;
    ssize_t n;
    while ((n = read(early->news, text + kept, sizeof text - 1 - kept)) > 0) {
        char *line = text, *end;
        kept += (size_t)n;
        text[kept] = '\0';
        while ((end = strchr(line, '\n')) != NULL) {
            char id[ID_BYTES];
            long long how;
            *end = '\0';
            if (sscanf(line, "%63s %lld", id, &how) == 2) {
                json_object_set_new(early->told, id, json_integer(how));
            }
            line = end + 1;
        }
        kept -= (size_t)(line - text);
        memmove(text, line, kept);
    }
    if (n < 0 && errno == EINTR) {
        take_news(early);
    } else if (n == 0 || errno != EAGAIN) {
        close(early->news);
        early->news = -1;
        waitpid(early->child, NULL, 0); /* it is about to end */
    }
}

void early_look(struct early *early) {
    if (early->file < 0) {
        return; /* nothing is to be told */
    }
    if (early->news >= 0) {
        take_news(early);
    }
    int64_t now = now_ms();
    if (has_new(early) && (early->due_ms == 0 || now < early->due_ms)) {
        early->due_ms = now + MOMENT_MS; /* two in a row are mostly one that has grown */
    }
    if (early->news < 0 && early->due_ms != 0 && now >= early->due_ms) {
        early->due_ms = 0;
        start_teller(early);
    }
}

void early_end(struct early *early, int most_ms) {
    struct pollfd news = {.fd = early->news, .events = POLLIN};
    if (early->news >= 0) {
        if (poll(&news, 1, most_ms) == 0) {
            kill(early->child, SIGKILL); /* what it has not told is told at the end */
        }
        fcntl(early->news, F_SETFL, 0);
        take_news(early);
    }
    early->file = -1;
}

void early_free(struct early *early) {
    json_decref(early->told);
    early->told = NULL;
}
