/* fake_detector.c - a preloaded library that only signs the findings file, for tests of the gate.
 *
 * FAKE_OBSERVED  comma-separated base names of programs that "carry hooks"
 * FAKE_TASKS     how many tasks a program, the tools excepted, is said to have run (1)
 * FAKE_FINDING   base name of a program that is said to have had a panic
 * FAKE_LOST      base name of a program whose findings did not fit
 * FAKE_REPLACED  base name of a program that is said to have become another one, which has not signed
 * FAKE_AGAIN     base name of a program that is said to have done once more what was told
 */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detector/event.h"
#include "tests/tools/writer.h"

static struct record record;

static bool is_listed(const char *variable, const char *name) {
    const char *list = getenv(variable), *found = list == NULL ? NULL : strstr(list, name);
    return found != NULL;
}

static void add_process(struct findings_file *file, const char *exe, const char *name) {
    const char *tasks = strcmp(name, "run-with-detector") == 0 ? NULL : getenv("FAKE_TASKS");
    struct raw_process process = {.pid = (uint32_t)getpid(),
                                  .ppid = (uint32_t)getppid(),
                                  .detector_version = EV_VERSION,
                                  .instrumented_modules = is_listed("FAKE_OBSERVED", name),
                                  .ended = is_listed("FAKE_REPLACED", name) ? 2 : 0,
                                  .tasks = tasks == NULL ? 1 : (uint32_t)atoi(tasks),
                                  .threads = 1};
    process.limits[LIMIT_RECORDS_LOST] = is_listed("FAKE_LOST", name);
    process.limits[LIMIT_DUPLICATES] = is_listed("FAKE_AGAIN", name);
    record_begin(&record, RECORD_PROCESS, process.pid);
    record_item(&record, ITEM_PROCESS, ROLE_NONE, &process, sizeof process);
    record_text(&record, ROLE_PATH, exe);
    file_append(file, &record, RECORD_COMMITTED);
}

static void add_panic(struct findings_file *file) {
    record_begin(&record, RECORD_PANIC, (uint32_t)getpid());
    record_text(&record, ROLE_MESSAGE, "out of luck");
    file_append(file, &record, RECORD_COMMITTED);
}

__attribute__((constructor)) static void sign(void) {
    const char *path = getenv("RADDLE_FINDINGS");
    struct findings_file *file = path == NULL ? NULL : file_open(path);
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (file == NULL || n <= 0) {
        return;
    }
    exe[n] = '\0';
    const char *name = strrchr(exe, '/') + 1;
    add_process(file, exe, name);
    if (is_listed("FAKE_FINDING", name)) {
        add_panic(file);
    }
}
