/* RADDLE_OPTIONS: separators, quotes, kinds, ranges; each fault names its word. */
#include "instrument/options.h"

#include <stdio.h>
#include <string.h>

static int failures;

static const char *parse(struct det_options *out, const char *text, const char **word) {
    static char copies[64][256]; /* the texts of options point into them */
    static int n;
    options_read(out, NULL);
    snprintf(copies[n], sizeof copies[n], "%s", text);
    *word = "";
    return options_parse(out, copies[n++], word);
}

static void expect(int claim, const char *text) {
    if (!claim) {
        printf("failed: %s\n", text);
        failures++;
    }
}

static void expect_fault(const char *text, const char *word) {
    struct det_options o;
    const char *found;
    const char *fault = parse(&o, text, &found);
    expect(fault != NULL && strcmp(found, word) == 0, text);
}

int main(void) {
    struct det_options o;
    const char *word;
    expect(parse(&o, "", &word) == NULL && o.exitcode == 66 && o.stack_size == 262144, "empty");
    expect(parse(&o, "exitcode=3", &word) == NULL && o.exitcode == 3, "one");
    expect(parse(&o, "::exitcode=3  halt_on_error=1:", &word) == NULL && o.halt_on_error, "both");
    expect(parse(&o, "log_path=\"a:b c\":seed=7", &word) == NULL &&
               strcmp(o.log_path, "a:b c") == 0 && o.seed == 7,
           "quotes");
    expect(parse(&o, "suppressions=a=b", &word) == NULL && strcmp(o.suppressions, "a=b") == 0,
           "second =");
    expect(parse(&o, "stack_size=64K", &word) == NULL && o.stack_size == 65536, "size");
    expect(parse(&o, "leaks=", &word) == NULL && o.leaks[0] == '\0', "empty text");
    expect_fault("exitcode=256", "exitcode");
    expect_fault("exitcode=-1", "exitcode");
    expect_fault("exitcode=", "exitcode");
    expect_fault("exitcode=1x", "exitcode");
    expect_fault("exitcode", "exitcode");
    expect_fault("seed=99999999999999999999", "seed");
    expect_fault("stack_size=9G9", "stack_size");
    expect_fault("stack_size=9999999999G", "stack_size");
    expect_fault("halt_on_error=maybe", "halt_on_error");
    expect_fault("on_deadlock=wait", "on_deadlock");
    expect(parse(&o, "dump_signal=SIGUSR1", &word) == NULL &&
               parse(&o, "dump_signal=3", &word) == NULL &&
               parse(&o, "dump_signal=", &word) == NULL,
           "signals");
    expect_fault("dump_signal=KILL", "dump_signal");
    expect_fault("dump_signal=SEGV", "dump_signal");
    expect_fault("dump_signal=11", "dump_signal");
    expect_fault("dump_signal=65", "dump_signal");
    expect_fault("dump_signal=99999999999", "dump_signal");
    expect_fault("dump_signal=3x", "dump_signal");
    expect_fault("seed=1:colour=red", "colour");
    return failures != 0;
}
