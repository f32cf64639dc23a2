/* model.c - which configurations are explored, and what is said about each.
 *
 * usage: model [--seconds S] [--executions N] [--preemptions N | --unbounded]
 *              [--expect-failure] [NAME-PREFIX...]
 *
 * Prints a line per configuration: executions, how many of them were cut because another is the
 * same, the longest in steps, and whether all were seen. Ends with 1 when a law is broken, and prints
 * the schedule that breaks it. --expect-failure turns that round: for mutants.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "configs.h"
#include "log.h"
#include "search.h"

struct options {
    struct search_limits limits;
    bool expect_failure;
    char **names;
    int n_names;
};

static bool is_wanted(const struct options *options, const char *name) {
    for (int i = 0; i < options->n_names; i++) {
        if (strncmp(name, options->names[i], strlen(options->names[i])) == 0) {
            return true;
        }
    }
    return options->n_names == 0;
}

/* Most likely a call of a function that the model lacks: its address is 0. */
static void on_segv(int signo) {
    (void)signo;
    printf("model: %s calls what the model does not have, or crashes, after:\n",
           world_self != NULL ? world_name(world_self) : "the checker");
    log_print();
    fflush(stdout);
    _exit(125);
}

static void catch_segv(void) {
    static char stack[64 << 10];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
    struct sigaction action = {.sa_handler = on_segv, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternate, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* True: a law is broken. */
static bool explore(const struct config *config, const struct search_limits *limits) {
    double start = seconds();
    struct search_result r = search_run(config, limits);
    printf("%-26s %9llu executions, %8llu cut, %4u steps, %6.2f s  %s", config->name,
           (unsigned long long)r.executions, (unsigned long long)r.cut, r.longest,
           seconds() - start, r.failed ? "BROKEN" : (r.exhausted ? "all" : "NOT ALL"));
    if (r.bound != 0) {
        printf(" with at most %u preemptions", r.bound);
    }
    printf("\n");
    if (r.failed) {
        printf("  %s\n  schedule (%s):\n", r.message, config->what);
        log_print();
    }
    fflush(stdout);
    return r.failed;
}

static struct options read_options(int argc, char **argv) {
    struct options o = {.limits = {0}};
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--expect-failure") == 0) {
            o.expect_failure = true;
        } else if (strcmp(argv[i], "--unbounded") == 0) {
            o.limits.unbounded = true;
        } else if (i + 1 < argc && strcmp(argv[i], "--seconds") == 0) {
            o.limits.seconds = atof(argv[++i]);
        } else if (i + 1 < argc && strcmp(argv[i], "--executions") == 0) {
            o.limits.executions = strtoull(argv[++i], NULL, 10);
        } else if (i + 1 < argc && strcmp(argv[i], "--preemptions") == 0) {
            o.limits.preemptions = (unsigned)atoi(argv[++i]);
        } else {
            fprintf(stderr, "model: unknown option %s\n", argv[i]);
            exit(125);
        }
    }
    o.names = argv + i;
    o.n_names = argc - i;
    return o;
}

int main(int argc, char **argv) {
    struct options options = read_options(argc, argv);
    unsigned explored = 0, broken = 0;
    catch_segv();
    for (size_t i = 0; config_lists[i] != NULL; i++) {
        for (const struct config *c = config_lists[i]; c->name != NULL; c++) {
            if (is_wanted(&options, c->name)) {
                explored++;
                broken += explore(c, &options.limits) ? 1 : 0;
            }
        }
    }
    printf("%u configurations, %u broken\n", explored, broken);
    return explored == 0 || (broken != 0) != options.expect_failure ? 1 : 0;
}
