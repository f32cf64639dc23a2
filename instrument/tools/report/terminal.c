/* terminal.c - what can be shown where a report is printed? */
#include "instrument/tools/report/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDEST = 65535 }; /* that a terminal can say */

bool terminal_color(const char *when, int fd, bool *color) {
    const char *terminal = getenv("TERM"), *forbidden = getenv("NO_COLOR");
    if (strcmp(when, "always") == 0) {
        *color = true;
    } else if (strcmp(when, "never") == 0) {
        *color = false;
    } else if (strcmp(when, "auto") == 0) {
        *color = isatty(fd) && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
                 (forbidden == NULL || forbidden[0] == '\0');
    } else {
        return false;
    }
    return true;
}

/* A whole number from 1 to WIDEST, and nothing else; 0: it is none. */
static size_t number_of(const char *text) {
    char *end;
    if (text == NULL || text[0] < '1' || text[0] > '9') {
        return 0;
    }
    unsigned long number = strtoul(text, &end, 10);
    return *end == '\0' && number <= WIDEST ? number : 0;
}

size_t terminal_columns(int fd) {
    struct winsize size = {0};
    size_t told = number_of(getenv("COLUMNS"));
    if (!isatty(fd)) {
        return 0; /* COLUMNS is that of a terminal somewhere else */
    }
    return told != 0 ? told : ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
