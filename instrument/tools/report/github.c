/* github.c - the findings as annotations of GitHub Actions, and as the summary of the step.
 *
 * Limits   of a step GitHub shows ten annotations of each level, and drops a summary of more than
 *          1 MiB whole. What does not fit is counted, in both; where not even that fits,
 *          standard error says so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/explanation.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/place.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/text.h"

enum {
    MOST_ANNOTATIONS = 10,
    SUMMARY_BYTES = 1 << 20,
    RESERVE_BYTES = 4096,
    LONGEST_DETAIL = 1 << 16
};

/* -- annotations -- */

static const char *level(const json_t *finding) {
    return field_is(finding, "severity", "error")         ? "error"
           : field_is(finding, "severity", "portability") ? "warning"
                                                          : "notice";
}

static void write_property(FILE *out, const char *name, const char *value) {
    fprintf(out, "%s=", name);
    escape_property(out, value);
}

/* "::error file=src/bank.c,line=14,col=3,title=…::…" */
static void write_annotation(FILE *out, const char *root, const json_t *finding) {
    static const char *const keys[] = {"title", "message", "lock_verdict", "reason", "hint"};
    const struct place place = place_of(finding);
    json_int_t line;
    const char *path = place_shown(&place, root, &line);
    char *title = str_format("%s %s", field_text(finding, "kind"), field_text(finding, "id"));
    fprintf(out, "::%s ", level(finding));
    write_property(out, "title", title);
    if (place.file != NULL) {
        write_property(out, ",file", path);
        fprintf(out, ",line=%lld", (long long)line);
        if (place.column > 0) {
            fprintf(out, ",col=%lld", (long long)place.column);
        }
    }
    fputs("::", out);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_string_value(json_object_get(finding, keys[i]));
        if (text != NULL) {
            escape_command(out, i == 0 ? "" : "\n");
            escape_command(out, text);
        }
    }
    fputc('\n', out);
    free(title);
}

/* Those that fail come first, so that no note takes the place of one. */
static size_t write_some(FILE *out, const char *root, const struct store *store, bool errors) {
    size_t n = 0;
    for (size_t i = 0; i < store->n; i++) {
        if (store->all[i].is_error == errors && n++ < MOST_ANNOTATIONS) {
            json_t *finding = store_get(store, i);
            write_annotation(out, root, finding);
            json_decref(finding);
        }
    }
    return n > MOST_ANNOTATIONS ? n - MOST_ANNOTATIONS : 0;
}

static void write_annotations(FILE *out, const char *root, const struct model *model) {
    size_t more = write_some(out, root, &model->findings, true);
    write_some(out, root, &model->findings, false);
    bool blind = field_is(model->head, "verdict", "not-checked") ||
                 field_is(model->head, "verdict", "timeout");
    if (blind) {
        fputs("::error title=raddle::", out);
        escape_command(out, field_text(model->head, "summary"));
        fputc('\n', out);
    }
    if (more != 0) {
        fprintf(out,
                "::notice title=raddle::%zu more findings are in the step summary and the log\n",
                more);
    }
}

/* -- the summary of the step -- */

/* A text that is composed apart, to see whether it still fits. */
struct part {
    char *text;
    size_t bytes;
    FILE *out;
};

static void part_begin(struct part *part) {
    part->out = open_memstream(&part->text, &part->bytes);
    if (part->out == NULL) {
        say_fatal("out of memory: the step summary could not be made");
    }
}

/* Writes it unless fewer than its bytes are *left. */
static bool part_end(struct part *part, FILE *to, size_t *left) {
    fclose(part->out);
    bool fits = part->bytes <= *left;
    if (fits) {
        fwrite(part->text, 1, part->bytes, to);
        *left -= part->bytes;
    }
    free(part->text);
    return fits;
}

static void write_heading(FILE *out, const json_t *head) {
    size_t i;
    json_t *condition;
    fputs("### Raddle: ", out);
    escape_markdown(out, field_text(head, "summary"));
    fputs("\n\n", out);
    json_array_foreach(json_object_get(head, "conditions"), i, condition) {
        fputs("- ", out);
        escape_markdown(out, field_text(condition, "text"));
        fputc('\n', out);
    }
    fputc('\n', out);
}

static void write_cell(FILE *out, const char *text) {
    fputs(" | ", out);
    escape_markdown(out, text);
}

/* A row, and the whole report folded away under the table's end. */
static void write_row(FILE *out, const char *root, const json_t *finding) {
    const struct place place = place_of(finding);
    json_int_t line;
    const char *path = place_shown(&place, root, &line);
    char *where =
        place.file == NULL ? str_copy(path) : str_format("%s:%lld", path, (long long)line);
    fprintf(out, "| %s", field_is(finding, "severity", "error") ? ":x:" : ":information_source:");
    write_cell(out, field_text(finding, "title"));
    write_cell(out, where);
    write_cell(out, json_object_get(finding, "test") == NULL ? "" : field_text(finding, "test"));
    fprintf(out, " | %lld", (long long)field_number(finding, "count"));
    write_cell(out, field_text(finding, "id"));
    fputs(" |\n", out);
    free(where);
}

static void write_detail(FILE *out, const json_t *finding) {
    char *text = text_of_finding(finding, NULL);
    size_t bytes = strlen(text);
    if (bytes > LONGEST_DETAIL) {
        while (bytes > LONGEST_DETAIL || ((unsigned char)text[bytes] & 0xc0) == 0x80) {
            bytes--;
        }
        text[bytes] = '\0';
    }
    fputs("<details><summary>", out);
    escape_markdown(out, field_text(finding, "id"));
    fputs(" ", out);
    escape_markdown(out, field_text(finding, "title"));
    fputs("</summary>\n\n<pre>", out);
    escape_content(out, text);
    fputs("</pre>\n\n</details>\n\n", out);
    free(text);
}

/* Calls write for findings until one does not fit. Returns how many were written. */
static size_t write_each(FILE *to, const char *root, const struct store *store, size_t *left,
                         bool details) {
    for (size_t i = 0; i < store->n; i++) {
        struct part part;
        json_t *finding = store_get(store, i);
        part_begin(&part);
        if (details) {
            write_detail(part.out, finding);
        } else {
            write_row(part.out, root, finding);
        }
        json_decref(finding);
        if (!part_end(&part, to, left)) {
            return i;
        }
    }
    return store->n;
}

/* False: nothing fits. */
static bool write_summary(FILE *to, const char *root, const struct model *model, size_t left) {
    struct part heading;
    const struct store *findings = &model->findings;
    part_begin(&heading);
    write_heading(heading.out, model->head);
    if (findings->n != 0) {
        fputs("| | finding | where | test | count | id |\n| --- | --- | --- | --- | --- | --- |\n",
              heading.out);
    }
    if (!part_end(&heading, to, &left)) {
        return false;
    }
    size_t half = left / 2, rest = left - half; /* rows, then reports */
    size_t rows = write_each(to, root, findings, &half, false);
    rest += half;
    fputc('\n', to);
    size_t details = write_each(to, root, findings, &rest, true);
    if (rows < findings->n || details < findings->n) {
        fprintf(to,
                "\nOf %zu findings %zu are listed and %zu told in full: the rest did not fit.\n",
                findings->n, rows, details);
    }
    return true;
}

/* The step's other commands may have written to it, and the limit is for all of them. */
static void append_summary(const char *path, const char *root, const struct model *model) {
    struct stat status;
    FILE *file = fopen(path, "ae");
    if (file == NULL || fstat(fileno(file), &status) != 0) {
        say_error("%s: the step summary cannot be written: %s", path, strerror(errno));
    } else if (status.st_size + RESERVE_BYTES >= SUMMARY_BYTES ||
               !write_summary(file, root, model,
                              (size_t)(SUMMARY_BYTES - RESERVE_BYTES - status.st_size))) {
        say_error(
            "%s: the step summary is full: GitHub drops one of more than 1 MiB, so this report "
            "is not in it; it is in the log",
            path);
    }
    if (file != NULL && fclose(file) != 0) {
        say_error("%s: the step summary cannot be written: %s", path, strerror(errno));
    }
}

void github_write(FILE *out, const struct model *model) {
    const char *summary = getenv("GITHUB_STEP_SUMMARY");
    char *root = place_root();
    write_annotations(out, root, model);
    if (summary != NULL && summary[0] != '\0') {
        append_summary(summary, root, model);
    }
    free(root);
}
