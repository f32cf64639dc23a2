/* replay.c - runs a fuzz target over files, or over standard input, without a fuzzer.
 *
 *     TARGET [FILE|DIRECTORY...]
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

#define MOST_BYTES ((size_t)1 << 20)

static unsigned replayed;

static void replay(FILE *file) {
    uint8_t *bytes = malloc(MOST_BYTES);
    size_t n = bytes && file ? fread(bytes, 1, MOST_BYTES, file) : 0;
    if (file) {
        uint8_t *exact = malloc(n ? n : 1); /* of its size, so that a sanitizer sees an overrun */
        memcpy(exact, bytes, n);
        LLVMFuzzerTestOneInput(exact, n);
        free(exact);
        replayed++;
    }
    free(bytes);
}

static int replay_path(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    printf("%s\n", path); /* the last one printed is the one that aborted */
    fflush(stdout);
    replay(file);
    fclose(file);
    return 0;
}

static int replay_directory(const char *path) {
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    int failed = n < 0;
    for (int i = 0; i < n; i++) {
        char *inside = NULL;
        if (names[i]->d_name[0] != '.' && asprintf(&inside, "%s/%s", path, names[i]->d_name) > 0) {
            failed |= replay_path(inside);
            free(inside);
        }
        free(names[i]);
    }
    free(n < 0 ? NULL : names);
    return failed;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        struct stat st;
        bool is_directory = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode);
        failed |= is_directory ? replay_directory(argv[i]) : replay_path(argv[i]);
    }
    if (argc < 2) {
        replay(stdin);
    }
    printf("%u inputs\n", replayed);
    return failed || replayed == 0;
}
