/* html.c - a model as one page that needs nothing else: no file, no network, and to be read no script.
 *
 * Findings that fail the run come first. The page of very many tells the first DETAILED whole, of the
 * others a line each: a browser holds a hundred thousand lines, but not as many stacks.
 */
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/explanation.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/html_assets.h"
#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/html_finding.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/place.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/verdict.h"

enum { DETAILED = 2000, PROCESSES_AT_MOST = 200, ACCEPTED_AT_MOST = 200, OPEN_AT_MOST = 3 };

static const struct kind {
    const char *kind, *one, *many;
} kinds[] = {
#define X(kind, one, many) {kind, one, many},
#include "instrument/tools/report/kinds.def"
#undef X
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* -- the directory of the sources -- */

/* The directories that both begin with, in `root`: NULL so far. */
static void narrow_root(char **root, const char *file) {
    const char *slash = strrchr(file, '/');
    if (*root == NULL) {
        *root = str_format("%.*s", slash == NULL ? 0 : (int)(slash - file + 1), file);
        return;
    }
    size_t same = 0;
    while ((*root)[same] != '\0' && (*root)[same] == file[same]) {
        same++;
    }
    while (same != 0 && (*root)[same - 1] != '/') {
        same--;
    }
    (*root)[same] = '\0';
}

/* Narrows it by every frame of the user's in `json`. */
static void narrow_by(char **root, const json_t *json) {
    const char *key, *file = json_string_value(json_object_get(json, "file"));
    size_t i;
    json_t *part;
    bool foreign = field_is_set(json, "hidden") || field_is_set(json, "system") ||
                   (file != NULL && strncmp(file, "/usr/", 5) == 0);
    if (file != NULL && !foreign) {
        narrow_root(root, file);
    }
    json_object_foreach((json_t *)json, key, part) {
        narrow_by(root, part);
    }
    json_array_foreach(json, i, part) {
        narrow_by(root, part);
    }
}

/* -- in which order -- */

/* Indices of all findings, those that fail the run first; free it. */
static size_t *order_of(const struct store *store) {
    size_t *order = mem_new(store->n, sizeof *order), n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < store->n; i++) {
            if (store->all[i].is_error == (pass == 0)) {
                order[n++] = i;
            }
        }
    }
    return order;
}

static char *root_of(const struct store *store, const size_t *order) {
    char *root = NULL;
    for (size_t i = 0; i < store->n && i < DETAILED; i++) {
        json_t *finding = store_get(store, order[i]);
        narrow_by(&root, finding);
        json_decref(finding);
    }
    if (root != NULL && strcmp(root, "/") == 0) {
        root[0] = '\0';
    }
    return root == NULL ? str_copy("") : root;
}

/* -- the head -- */

/* The program's name, if all processes are of one. */
static void print_program(const struct html *page, const json_t *head) {
    const json_t *processes = json_object_get(head, "processes");
    const char *exe = json_string_value(json_object_get(json_array_get(processes, 0), "exe"));
    size_t i;
    json_t *process;
    json_array_foreach(processes, i, process) {
        if (exe == NULL || !field_is(process, "exe", exe)) {
            return;
        }
    }
    if (exe != NULL) {
        const char *slash = strrchr(exe, '/');
        html_clipped(page->out, slash == NULL ? exe : slash + 1, HTML_LONGEST_NAME);
    }
}

/* How many findings of each kind fail the run. Returns the only kind; KINDS: none, or several. */
static size_t count_kinds(const struct store *store, size_t counts[KINDS]) {
    size_t kind = KINDS, n = 0;
    memset(counts, 0, KINDS * sizeof *counts);
    for (size_t i = 0; i < store->n; i++) {
        if (store->all[i].is_error && store->all[i].kind >= 0 && store->all[i].kind < KINDS) {
            counts[store->all[i].kind]++;
        }
    }
    for (size_t i = 0; i < KINDS; i++) {
        kind = counts[i] != 0 ? i : kind;
        n += counts[i] != 0;
    }
    return n == 1 ? kind : KINDS;
}

static void print_verdict(const struct html *page, const struct model *model) {
    const json_t *head = model->head;
    size_t n = verdict_count(model), counts[KINDS], only = count_kinds(&model->findings, counts);
    if (field_is(head, "verdict", "clean")) {
        fputs("Clean", page->out);
    } else if (field_is(head, "verdict", "timeout")) {
        fputs("Time was up", page->out);
    } else if (n == 0) {
        fputs("Not checked", page->out);
    } else if (only != KINDS) {
        fprintf(page->out, "%zu %s", n, n == 1 ? kinds[only].one : kinds[only].many);
    } else {
        fprintf(page->out, "%zu finding%s", n, n == 1 ? "" : "s");
    }
}

static void print_head(const struct html *page, const struct model *model) {
    fprintf(page->out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"generator\" content=\"Raddle " RADDLE_VERSION "\">\n<title>",
            html_style_hash, html_script_hash);
    print_verdict(page, model);
    fputs(" – Raddle ", page->out);
    print_program(page, model->head);
    fprintf(page->out, "</title>\n<style>%s</style>\n</head>\n", html_style);
}

/* -- the overview -- */

static void print_tiles(const struct html *page, const struct store *store) {
    size_t counts[KINDS], notes = store->n;
    bool said = count_kinds(store, counts) != KINDS; /* by the heading */
    for (size_t i = 0; i < KINDS; i++) {
        notes -= counts[i];
    }
    if (store->n == 0 || (said && notes == 0)) {
        return;
    }
    fputs("<ul class=\"tiles\">\n", page->out);
    for (size_t i = 0; i < KINDS; i++) {
        if (counts[i] != 0) {
            fprintf(page->out, "<li class=\"%s\"><b>%zu</b> %s</li>\n", kinds[i].kind, counts[i],
                    counts[i] == 1 ? kinds[i].one : kinds[i].many);
        }
    }
    if (notes != 0) {
        fprintf(page->out, "<li class=\"other\"><b>%zu</b> note%s</li>\n", notes,
                notes == 1 ? "" : "s");
    }
    fputs("</ul>\n", page->out);
}

/* Those that made the run blind stand in the open, the others with what ran. */
static void print_conditions(const struct html *page, const json_t *head, bool blind) {
    const json_t *conditions = json_object_get(head, "conditions");
    size_t i, n = 0;
    json_t *condition;
    json_array_foreach(conditions, i, condition) {
        if (field_is_set(condition, "blind") == blind) {
            fputs(n++ == 0 ? "<ul class=\"conditions\">\n" : "", page->out);
            fprintf(page->out, "<li>%s", blind ? "<b>Not checked:</b> " : "");
            html_words(page, field_text(condition, "text"));
            fputs("</li>\n", page->out);
        }
    }
    fputs(n == 0 ? "" : "</ul>\n", page->out);
}

static void print_process(const struct html *page, const json_t *process) {
    size_t i;
    json_t *word;
    json_int_t tasks = field_number(process, "tasks"), threads = field_number(process, "threads");
    fprintf(page->out, "<li><code>");
    json_array_foreach(json_object_get(process, "arguments"), i, word) {
        const char *text = json_string_value(word);
        fputs(i == 0 ? "" : " ", page->out);
        html_clipped(page->out, text == NULL ? "?" : text, HTML_LONGEST_NAME);
    }
    fprintf(page->out, "</code> <span class=\"at\">process %lld, %lld task%s, %lld thread%s, ",
            field_number(process, "pid"), tasks, tasks == 1 ? "" : "s", threads,
            threads == 1 ? "" : "s");
    html_words(page, field_text(process, "ended"));
    if (field_is(process, "ended", "exited")) {
        fprintf(page->out, " with status %lld", field_number(process, "status"));
    }
    fputs("</span></li>\n", page->out);
}

static void print_run(const struct html *page, const json_t *head) {
    const json_t *processes = json_object_get(head, "processes");
    size_t i, n = json_array_size(processes);
    fprintf(page->out, "<details class=\"run\"><summary>What ran: %zu process%s</summary>\n<ul>\n",
            n, n == 1 ? "" : "es");
    for (i = 0; i < n && i < PROCESSES_AT_MOST; i++) {
        print_process(page, json_array_get(processes, i));
    }
    if (n > PROCESSES_AT_MOST) {
        fprintf(page->out, "<li>and %zu more</li>\n", n - PROCESSES_AT_MOST);
    }
    fputs("</ul>\n", page->out);
    if (page->root[0] != '\0') {
        fputs("<p>Sources are in <code>", page->out);
        html_clipped(page->out, page->root, HTML_LONGEST_NAME);
        fputs("</code></p>\n", page->out);
    }
    print_conditions(page, head, false);
    fputs("</details>\n", page->out);
}

static void print_overview(const struct html *page, const struct model *model) {
    const char *verdict = field_text(model->head, "verdict");
    bool clean = strcmp(verdict, "clean") == 0;
    fprintf(page->out,
            "<body>\n<a class=\"skip\" href=\"#findings\">To the findings</a>\n"
            "<header class=\"%s\">\n<p class=\"brand\">Raddle <span>",
            clean ? "clean" : "failed");
    print_program(page, model->head);
    fputs("</span></p>\n<h1>", page->out);
    print_verdict(page, model);
    fputs("</h1>\n<p class=\"summary\">", page->out);
    html_words(page, field_text(model->head, "summary"));
    fputs("</p>\n", page->out);
    print_tiles(page, &model->findings);
    print_conditions(page, model->head, true);
    print_run(page, model->head);
    fputs("</header>\n", page->out);
}

/* -- the filter: a script shows it -- */

static void print_filter(const struct html *page, const struct store *store) {
    size_t errors = 0, counts[KINDS] = {0}, n_kinds = 0;
    for (size_t i = 0; i < store->n; i++) {
        int kind = store->all[i].kind;
        errors += store->all[i].is_error;
        n_kinds += kind >= 0 && kind < KINDS && counts[kind]++ == 0;
    }
    fputs("<div class=\"filter\" id=\"filter\" role=\"search\" hidden>\n"
          "<label>Filter <input id=\"words\" type=\"search\" autocomplete=\"off\" "
          "spellcheck=\"false\" placeholder=\"function, file, variable, test, id\" "
          "aria-keyshortcuts=\"/\"></label>\n<div class=\"chips\">\n",
          page->out);
    for (size_t i = 0; i < KINDS; i++) {
        if (counts[i] != 0 && n_kinds > 1) {
            fprintf(page->out,
                    "<button type=\"button\" class=\"%s\" data-kind=\"%s\" "
                    "aria-pressed=\"true\">%s</button>\n",
                    kinds[i].kind, kinds[i].kind, kinds[i].many);
        }
    }
    if (errors != 0 && errors != store->n) {
        fputs("<button type=\"button\" id=\"notes\" aria-pressed=\"true\">notes</button>\n",
              page->out);
    }
    fputs("</div>\n<div class=\"below\"><p id=\"shown\" role=\"status\"></p>\n"
          "<button type=\"button\" id=\"expand\" aria-pressed=\"false\">expand all</button>\n"
          "<p class=\"keys\"><kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> next, previous "
          "<kbd>Enter</kbd> open <kbd>↑</kbd> <kbd>↓</kbd> inside a picture</p>\n"
          "</div></div>\n",
          page->out);
}

/* -- findings -- */

static bool is_id(const char *id) {
    return strlen(id) == 13 && id[0] == 'R' && strspn(id + 1, "0123456789abcdef") == 12;
}

/* The title without its kind, which stands beside it. */
static const char *title_of(const json_t *finding) {
    static const char *const prefixes[] = {"data race on ", "deadlock: ", "lock order: ", "leak: ",
                                           "misuse: ",      "panic: ",    "time is up: "};
    const char *title = field_text(finding, "title");
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t length = strlen(prefixes[i]);
        if (strncmp(title, prefixes[i], length) == 0) {
            return title + length;
        }
    }
    return title;
}

/* Kind, title, place and count in one line, which is all there is when it is closed. */
static void print_line(const struct html *page, const json_t *finding) {
    json_int_t count = field_number(finding, "count");
    const json_t *frame = piece_user_frame(place_stack(finding));
    fputs("<span class=\"kind\">", page->out);
    html_clipped(page->out, html_kind_name(finding), HTML_LONGEST_NAME);
    fputs("</span> <h3>", page->out);
    html_words(page, title_of(finding));
    fputs("</h3> <span class=\"where\">", page->out);
    if (frame != NULL) {
        char *place = piece_frame_place(frame);
        html_clipped_front(page->out, place, HTML_LONGEST_NAME);
        free(place);
    }
    if (count > 1) {
        fprintf(page->out, " <span class=\"count\">×%lld</span>", count);
    }
    if (!field_is(finding, "severity", "error")) {
        fputs(" <span class=\"count\">", page->out);
        html_words(page, field_text(finding, "severity"));
        fputs("</span>", page->out);
    }
    fputs("</span>", page->out);
}

static void print_finding(struct html *page, const json_t *finding, size_t number, bool open) {
    char anchor[32];
    bool detailed = number < DETAILED;
    const char *id = field_text(finding, "id"), *class = html_kind_class(finding);
    snprintf(anchor, sizeof anchor, "f%zu", number + 1);
    page->anchor = is_id(id) ? id : anchor;
    fprintf(page->out, "<%s class=\"finding %s\" id=\"%s\" data-kind=\"%s\"%s%s>%s",
            detailed ? "details" : "div", class, page->anchor, class,
            field_is(finding, "severity", "error") ? "" : " data-note", open ? " open" : "",
            detailed ? "<summary>" : "<p class=\"line\">");
    print_line(page, finding);
    if (detailed) {
        fputs("</summary>\n", page->out);
        html_finding_body(page, finding);
        fputs("</details>\n", page->out);
    } else {
        fputs("</p></div>\n", page->out);
    }
}

/* Which line of which file says that a finding need not fail. */
static void print_rule(const struct html *page, const json_t *rule) {
    const char *until = json_string_value(json_object_get(rule, "until"));
    const char *reason = json_string_value(json_object_get(rule, "reason"));
    fputs("<span class=\"at\">", page->out);
    html_words(page, field_text(rule, "by"));
    fputs(" ", page->out);
    html_words(page, field_text(rule, "rule"));
    fputs(", ", page->out);
    html_words(page, field_text(rule, "file"));
    fprintf(page->out, ":%lld", field_number(rule, "line"));
    if (until != NULL) {
        fputs(", until ", page->out);
        html_words(page, until);
    }
    if (reason != NULL) {
        fputs(": ", page->out);
        html_words(page, reason);
    }
    fputs("</span>", page->out);
}

static void print_accepted(const struct html *page, const struct store *store) {
    size_t n = store->n;
    if (n == 0) {
        return;
    }
    fprintf(
        page->out,
        "<details class=\"run\"><summary>Accepted: %zu finding%s that suppressions or baselines "
        "name</summary>\n<ul>\n",
        n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n && i < ACCEPTED_AT_MOST; i++) {
        json_t *finding = store_get(store, i);
        fputs("<li>", page->out);
        html_words(page, field_text(finding, "title"));
        fputs("<br>", page->out);
        print_rule(page, json_object_get(finding, "accepted"));
        fputs("</li>\n", page->out);
        json_decref(finding);
    }
    if (n > ACCEPTED_AT_MOST) {
        fprintf(page->out, "<li>and %zu more</li>\n", n - ACCEPTED_AT_MOST);
    }
    fputs("</ul></details>\n", page->out);
}

static void print_findings(struct html *page, const struct store *store, const size_t *order) {
    fputs("<main id=\"findings\" tabindex=\"-1\">\n<h2 class=\"unseen\">Findings</h2>\n",
          page->out);
    if (store->n == 0) {
        fputs("<p class=\"none\">Nothing was found.</p>\n", page->out);
    } else if (store->n > 1) {
        print_filter(page, store);
    }
    for (size_t i = 0; i < store->n; i++) {
        json_t *finding = store_get(store, order[i]);
        if (i == DETAILED) {
            fprintf(page->out,
                    "<p class=\"cut\">From here on one line each: the first %d findings are told "
                    "whole. The JSON has all of every one.</p>\n",
                    DETAILED);
        }
        print_finding(page, finding, i, store->n <= OPEN_AT_MOST);
        json_decref(finding);
    }
    fputs("</main>\n", page->out);
}

/* What the kinds that were found mean; every finding refers to its own. */
static void print_about(const struct html *page, const struct store *store) {
    bool there[KINDS] = {false};
    for (size_t i = 0; i < store->n; i++) {
        if (store->all[i].kind >= 0 && store->all[i].kind < KINDS) {
            there[store->all[i].kind] = true;
        }
    }
    for (size_t i = 0; i < KINDS && i < n_explanations; i++) {
        if (there[i]) {
            fprintf(page->out,
                    "<details class=\"run\" id=\"about-%s\"><summary>What a %s is</summary>\n<p>",
                    kinds[i].kind, kinds[i].one);
            html_words(page, explanations[i].what);
            fputc(' ', page->out);
            html_words(page, explanations[i].why);
            fputs("</p></details>\n", page->out);
        }
    }
}

void html_write(FILE *out, const struct model *model) {
    size_t *order = order_of(&model->findings);
    char *root = root_of(&model->findings, order);
    struct html page = {.out = out, .root = root, .anchor = ""};
    print_head(&page, model);
    print_overview(&page, model);
    print_findings(&page, &model->findings, order);
    print_accepted(&page, &model->accepted);
    print_about(&page, &model->findings);
    fprintf(out,
            "<footer>Made by Raddle " RADDLE_VERSION "</footer>\n<script>%s</script>\n"
            "</body>\n</html>\n",
            html_script);
    free(root);
    free(order);
}
