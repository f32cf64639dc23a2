/* junit.c - the findings as JUnit XML: a case for each test that has some, and one for the verdict.
 *
 * There is no standard; this is what both the Ant task's schema and Jenkins' accept: no attributes
 * that only one of them has, one failure per case. The whole report stands in the first test of
 * a finding, the others refer to it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/text.h"

/* Tests in the order they come, each with its findings' places in the store. */
struct cases {
    json_t *tests; /* name: [index, …] */
};

static void add_case(struct cases *cases, const char *test, size_t index) {
    json_t *list = json_object_get(cases->tests, test);
    if (list == NULL) {
        list = json_array();
        json_object_set_new(cases->tests, test, list);
    }
    json_array_append_new(list, json_integer((json_int_t)index));
}

static void sort_findings(struct cases *cases, const struct store *store) {
    for (size_t i = 0; i < store->n; i++) {
        if (!store->all[i].is_error) {
            continue;
        }
        size_t k;
        json_t *test, *finding = store_get(store, i);
        const json_t *tests = json_object_get(finding, "tests");
        json_array_foreach(tests, k, test) {
            if (json_is_string(test)) {
                add_case(cases, json_string_value(test), i);
            }
        }
        if (json_array_size(tests) == 0) {
            add_case(cases, "unknown test", i);
        }
        json_decref(finding);
    }
}

static void write_attribute(FILE *out, const char *name, const char *value) {
    fprintf(out, " %s=\"", name);
    escape_attribute(out, value);
    fputc('"', out);
}

static void write_report(FILE *out, const json_t *finding) {
    char *text = text_of_finding(finding, NULL);
    escape_content(out, text);
    free(text);
}

/* The findings of one test. seen: those that were told in whole already. */
static void write_failure(FILE *out, const struct store *store, const json_t *list, bool *seen) {
    size_t n = json_array_size(list);
    for (size_t i = 0; i < n; i++) {
        size_t index = (size_t)json_integer_value(json_array_get(list, i));
        json_t *finding = store_get(store, index);
        if (i == 0) {
            char *more = n == 1 ? str_copy("") : str_format(" (and %zu more)", n - 1);
            char *title = str_format("%s%s", field_text(finding, "title"), more);
            fputs("      <failure", out);
            write_attribute(out, "type", field_text(finding, "kind"));
            write_attribute(out, "message", title);
            fputs(">", out);
            free(more);
            free(title);
        }
        if (seen[index]) {
            escape_content(out, field_text(finding, "title"));
            fprintf(out, "\nFinding %s, reported above\n", field_text(finding, "id"));
        } else {
            write_report(out, finding);
        }
        seen[index] = true;
        json_decref(finding);
    }
    fputs("</failure>\n", out);
}

static void write_tests(FILE *out, const struct cases *cases, const struct store *store) {
    const char *test;
    json_t *list;
    bool *seen = mem_new(store->n, sizeof *seen);
    json_object_foreach(cases->tests, test, list) {
        fputs("    <testcase classname=\"raddle\"", out);
        write_attribute(out, "name", test);
        fputs(" time=\"0\">\n", out);
        write_failure(out, store, list, seen);
        fputs("    </testcase>\n", out);
    }
    free(seen);
}

/* Without it a run that could not look would pass as one without tests. */
static void write_verdict(FILE *out, const json_t *head, bool able) {
    fputs("    <testcase classname=\"raddle\" name=\"the run was looked at\" time=\"0\"", out);
    if (able) {
        fputs("/>\n", out);
        return;
    }
    fputs(">\n      <error", out);
    write_attribute(out, "type", field_text(head, "verdict"));
    write_attribute(out, "message", field_text(head, "summary"));
    fputs("/>\n    </testcase>\n", out);
}

static void write_conditions(FILE *out, const json_t *head) {
    size_t i;
    json_t *condition;
    fputs("    <system-out>", out);
    json_array_foreach(json_object_get(head, "conditions"), i, condition) {
        escape_content(out, field_text(condition, "text"));
        fputc('\n', out);
    }
    escape_content(out, field_text(head, "summary"));
    fputs("</system-out>\n    <system-err></system-err>\n", out);
}

/* A run that was blind or timed out is an error even where it has findings besides. */
static bool was_able(const json_t *head) {
    size_t i;
    json_t *condition;
    json_array_foreach(json_object_get(head, "conditions"), i, condition) {
        if (field_is_set(condition, "blind") || field_is(condition, "kind", "timeout")) {
            return false;
        }
    }
    return true;
}

void junit_write(FILE *out, const struct model *model) {
    char host[256] = "localhost", when[32];
    time_t now = time(NULL);
    struct tm day;
    struct cases cases = {.tests = json_object()};
    bool able = was_able(model->head);
    gethostname(host, sizeof host - 1);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now, &day));
    sort_findings(&cases, &model->findings);
    size_t n = json_object_size(cases.tests);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite id=\"0\" "
          "package=\"raddle\" name=\"raddle\"",
          out);
    write_attribute(out, "timestamp", when);
    write_attribute(out, "hostname", host);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" time=\"0\">\n", n + 1, n, !able);
    /* Ant's schema wants the element, Jenkins' wants one property in it. */
    fputs("    <properties><property name=\"raddle\" value=\"" RADDLE_VERSION "\"/></properties>\n",
          out);
    write_tests(out, &cases, &model->findings);
    write_verdict(out, model->head, able);
    write_conditions(out, model->head);
    fputs("  </testsuite>\n</testsuites>\n", out);
    json_decref(cases.tests);
}
