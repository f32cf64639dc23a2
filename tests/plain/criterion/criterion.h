/* criterion.h - stands in for Criterion where it cannot run: its arena has no place in the address
 * space that ThreadSanitizer leaves. The same tests, one forked child each, one after the other.
 *
 * usage of a program made with it: PROGRAM [--verbose] [SUITE::NAME…], the tests to leave out
 */
#ifndef PLAIN_CRITERION_H
#define PLAIN_CRITERION_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAIN_TIMEOUT_S 100

struct plain_options {
    bool unused;
    double timeout; /* of Criterion; sanitized programs are slower: one bound for all */
};

struct plain_test {
    const char *name;
    void (*fn)(void);
    struct plain_options options;
    struct plain_test *next;
};

static struct plain_test *plain_first, **plain_end = &plain_first;

#define Test(suite, test, ...)                                                                     \
    static void suite##_##test(void);                                                              \
    __attribute__((constructor)) static void suite##_##test##_add(void) {                          \
        static struct plain_test entry = {.name = #suite "::" #test,                               \
                                          .fn = suite##_##test,                                    \
                                          .options = {.unused = true, ##__VA_ARGS__}};             \
        *plain_end = &entry;                                                                       \
        plain_end = &entry.next;                                                                   \
    }                                                                                              \
    static void suite##_##test(void)

static inline void plain_fail(const char *file, int line, const char *claim) {
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, claim);
    _exit(1);
}

/* The words that may follow a claim are left unsaid: the line tells. */
#define PLAIN_CHECK(claim, text) ((claim) ? (void)0 : plain_fail(__FILE__, __LINE__, text))

#define cr_assert(claim, ...)             PLAIN_CHECK(claim, #claim)
#define cr_assert_not(claim, ...)         PLAIN_CHECK(!(claim), "not " #claim)
#define cr_assert_eq(a, b, ...)           PLAIN_CHECK((a) == (b), #a " == " #b)
#define cr_assert_neq(a, b, ...)          PLAIN_CHECK((a) != (b), #a " != " #b)
#define cr_assert_lt(a, b, ...)           PLAIN_CHECK((a) < (b), #a " < " #b)
#define cr_assert_leq(a, b, ...)          PLAIN_CHECK((a) <= (b), #a " <= " #b)
#define cr_assert_gt(a, b, ...)           PLAIN_CHECK((a) > (b), #a " > " #b)
#define cr_assert_geq(a, b, ...)          PLAIN_CHECK((a) >= (b), #a " >= " #b)
#define cr_assert_null(a, ...)            PLAIN_CHECK((a) == NULL, #a " is NULL")
#define cr_assert_not_null(a, ...)        PLAIN_CHECK((a) != NULL, #a " is not NULL")
#define cr_assert_str_eq(a, b, ...)       PLAIN_CHECK(strcmp((a), (b)) == 0, #a " is " #b)
#define cr_assert_str_neq(a, b, ...)      PLAIN_CHECK(strcmp((a), (b)) != 0, #a " is not " #b)
#define cr_assert_str_empty(a, ...)       PLAIN_CHECK((a)[0] == 0, #a " is empty")
#define cr_assert_str_not_empty(a, ...)   PLAIN_CHECK((a)[0] != 0, #a " is not empty")
#define cr_assert_arr_eq(a, b, size, ...) PLAIN_CHECK(memcmp((a), (b), (size)) == 0, #a " is " #b)
#define cr_assert_fail(...)               PLAIN_CHECK(false, "never here")

static bool plain_left_out(const char *name, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool plain_run(const struct plain_test *t) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        alarm(PLAIN_TIMEOUT_S);
        t->fn();
        exit(0);
    }
    waitpid(pid, &status, 0);
    printf("[%s] %s (status %x)\n", status == 0 ? "PASS" : "FAIL", t->name, (unsigned)status);
    fflush(stdout);
    return status == 0;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (const struct plain_test *t = plain_first; t != NULL; t = t->next) {
        failed += !plain_left_out(t->name, argc, argv) && !plain_run(t);
    }
    return failed != 0;
}

#endif
