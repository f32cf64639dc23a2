/* file_text.c - a whole file in memory; see file_text.h. */
#include "instrument/tools/report/file_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "instrument/tools/report/say.h"

char *fd_text(int fd, size_t *bytes) {
    size_t room = 0;
    char *text = mem_grow(NULL, 0, &room, 1);
    *bytes = 0;
    for (;;) {
        text = mem_grow(text, *bytes + 1, &room, 1); /* one for the NUL */
        ssize_t n = read(fd, text + *bytes, room - *bytes - 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            free(text);
            return NULL;
        }
        if (n == 0) {
            text[*bytes] = '\0';
            return text;
        }
        *bytes += (size_t)n;
        if (*bytes > LONGEST_TEXT) {
            free(text);
            errno = EFBIG;
            return NULL;
        }
    }
}

size_t text_mark(const char *text, size_t bytes) {
    static const char mark[] = "\xef\xbb\xbf";
    size_t length = sizeof mark - 1;
    return bytes >= length && memcmp(text, mark, length) == 0 ? length : 0;
}

const char *file_error(int why) {
    return why == EFBIG ? "it has more than 64 MB, or no end" : strerror(why);
}

char *file_text(const char *path, size_t *bytes) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    char *text = fd_text(fd, bytes);
    int why = errno;
    close(fd);
    errno = why;
    return text;
}

int fd_write(int fd, const char *text, size_t bytes) {
    while (bytes != 0) {
        ssize_t n = write(fd, text, bytes);
        if (n < 0 && errno != EINTR) {
            return errno;
        }
        if (n > 0) {
            text += n;
            bytes -= (size_t)n;
        }
    }
    return 0;
}

/* The path of a file that may not be there yet, whatever was written for its directory; a new string. */
static char *whole_path(const char *path) {
    const char *slash = strrchr(path, '/');
    char *directory =
        slash == NULL ? str_copy(".") : str_format("%.*s", (int)(slash - path) + 1, path);
    char *whole = realpath(directory, NULL);
    char *all =
        str_format("%s/%s", whole == NULL ? directory : whole, slash == NULL ? path : slash + 1);
    free(whole);
    free(directory);
    return all;
}

bool file_is_same(const char *path, const char *other) {
    struct stat one, two;
    bool is_there = stat(path, &one) == 0, other_is_there = stat(other, &two) == 0;
    if (is_there && other_is_there) {
        return S_ISREG(one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
    }
    char *a = whole_path(path), *b = whole_path(other);
    bool same = is_there == other_is_there && strcmp(a, b) == 0;
    free(a);
    free(b);
    return same;
}

void file_check_writable(const char *path) {
    struct stat status;
    bool is_there = stat(path, &status) == 0;
    bool is_pipe = is_there && S_ISFIFO(status.st_mode); /* its reader would see an end */
    int fd = is_pipe ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (is_pipe ? access(path, W_OK) != 0 : fd < 0) {
        say_fatal("%s: cannot be written: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    char *made = is_there ? NULL : realpath(path, NULL); /* what a link led to, not the link */
    if (made != NULL) {
        unlink(made);
        free(made);
    }
}
