/* place.c - asks addr2line, once per address and only when a schedule is printed. */
#include "place.h"

#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLACES_MAX 4096

static struct {
    uintptr_t pc;
    char text[160];
} places[PLACES_MAX];

static int note_base(struct dl_phdr_info *info, size_t size, void *base) {
    (void)size;
    *(uintptr_t *)base = info->dlpi_addr;
    return 1; /* the program comes first */
}

/* The file's name without the way to it. */
static const char *short_name(const char *path) {
    const char *at = strstr(path, "runtime/");
    if (at == NULL) {
        at = strstr(path, "tests/model/");
    }
    return at != NULL ? at : path;
}

static void ask(uintptr_t pc, char *text, size_t bytes) {
    char command[128], function[128] = "?", line[512] = "?";
    uintptr_t base = 0;
    (void)dl_iterate_phdr(note_base, &base);
    snprintf(command, sizeof(command), "addr2line -f -e /proc/%d/exe %#lx 2>/dev/null", getpid(),
             (unsigned long)(pc - 1 - base));
    FILE *pipe = popen(command, "r");
    if (pipe != NULL) {
        if (fgets(function, sizeof(function), pipe) != NULL &&
            fgets(line, sizeof(line), pipe) != NULL) {
            function[strcspn(function, "\n")] = 0;
            line[strcspn(line, " \n")] = 0;
        }
        pclose(pipe);
    }
    snprintf(text, bytes, "%s  %s", short_name(line), function);
}

const char *place_of(uintptr_t pc) {
    unsigned i = (unsigned)(pc % PLACES_MAX);
    if (pc == 0) {
        return "";
    }
    while (places[i].pc != 0 && places[i].pc != pc) {
        i = (i + 1) % PLACES_MAX;
    }
    if (places[i].pc == 0) {
        places[i].pc = pc;
        ask(pc, places[i].text, sizeof(places[i].text));
    }
    return places[i].text;
}
