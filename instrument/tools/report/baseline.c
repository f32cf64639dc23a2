/* baseline.c - findings that are known; see baseline.h. */
#include "instrument/tools/report/baseline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/identity.h"
#include "instrument/tools/report/say.h"

enum { DATE_LENGTH = 10, LONGEST_COMMENT = 160 };

static const char heading[] =
    "# Known findings, which do not fail a run: ID [REASON | until YYYY-MM-DD REASON].\n"
    "# Written by --update-baseline; a line may be edited, and should go when it is mended.\n";

/* -- one line -- */

/* Is it a day of the calendar, as YYYY-MM-DD? */
static bool is_date(const char *word, size_t length) {
    struct tm day = {0};
    int year, month, mday, end = 0;
    if (length != DATE_LENGTH || strspn(word, "0123456789-") < length ||
        sscanf(word, "%4d-%2d-%2d%n", &year, &month, &mday, &end) != 3 || end != DATE_LENGTH) {
        return false;
    }
    day.tm_year = year - 1900;
    day.tm_mon = month - 1;
    day.tm_mday = mday;
    return month >= 1 && mday >= 1 && timegm(&day) != -1 && day.tm_mday == mday &&
           day.tm_mon == month - 1;
}

static bool is_past(const char *date) {
    char today[DATE_LENGTH + 8];
    time_t now = time(NULL);
    struct tm day;
    gmtime_r(&now, &day);
    strftime(today, sizeof today, "%Y-%m-%d", &day);
    return strcmp(date, today) < 0; /* such dates sort as texts */
}

static const char *skip_blanks(const char *text) {
    return text + strspn(text, " \t");
}

/* "until 2027-01-31 ported in March". Returns what is wrong (new string) or NULL. */
static char *read_rest(struct rule *rule, const char *rest, const char *path, int number) {
    size_t word = strcspn(rest, " \t");
    if (word == strlen("until") && strncmp(rest, "until", word) == 0) {
        const char *date = skip_blanks(rest + word);
        size_t length = strcspn(date, " \t");
        if (!is_date(date, length)) {
            return str_format("%s:%d: bad date '%.*s' after until: it must be a day, YYYY-MM-DD",
                              path, number, (int)length, date);
        }
        rest = skip_blanks(date + length);
        if (*rest == '\0') {
            return str_format("%s:%d: a reason is missing: who comes by after %.*s wants to know "
                              "why it was put off; write it behind the date",
                              path, number, (int)length, date);
        }
        rule->until = str_format("%.*s", (int)length, date);
        rule->expired = is_past(rule->until);
    }
    rule->reason = *rest == '\0' ? NULL : str_copy(rest);
    return NULL;
}

static void free_texts(struct rule *rule) {
    free(rule->file);
    free(rule->text);
    free(rule->until);
    free(rule->reason);
}

/* What this line says in place of what was read before; takes it. */
static void replace_entry(struct rule *known, struct rule *rule) {
    rule->matched = known->matched;
    rule->removed = known->removed;
    rule->next = known->next;
    free_texts(known);
    *known = *rule;
}

static char *add_line(struct rules *rules, const char *line, const char *path, int number) {
    size_t word = strcspn(line, " \t");
    if (!identity_is(line, word)) {
        return str_format("%s:%d: '%.*s' is no finding's id: it must be " IDENTITY_FORM, path,
                          number, (int)word, line);
    }
    struct rule rule = {.file = str_copy(path), .line = number, .reading = rules->reading};
    rule.text = str_format("%.*s", (int)word, line);
    char *error = read_rest(&rule, skip_blanks(line + word), path, number);
    struct rule *known = rules_entry_in(rules, rule.text, path);
    if (error == NULL && known == NULL) {
        rules_add(rules, &rule);
        return NULL;
    }
    /* The file is read again; or the id stands there twice, as after a merge: who put it off for a shorter
     * time is believed. */
    if (error == NULL && (known->reading != rules->reading || rule_ends_before(&rule, known))) {
        replace_entry(known, &rule);
    } else {
        free_texts(&rule);
    }
    return error;
}

char *baseline_read(struct rules *rules, const char *path, bool may_lack) {
    if (may_lack && access(path, F_OK) != 0 && errno == ENOENT) {
        return NULL;
    }
    return rules_read_file(rules, path, "baseline", add_line);
}

/* -- several files -- */

void baselines_add(struct baselines *baselines, const char *path) {
    baselines->files =
        mem_grow(baselines->files, baselines->n, &baselines->room, sizeof *baselines->files);
    baselines->files[baselines->n++] = path;
}

const char *baselines_last(const struct baselines *baselines) {
    return baselines->n == 0 ? NULL : baselines->files[baselines->n - 1];
}

char *baselines_read(struct rules *rules, const struct baselines *baselines, bool update) {
    char *error = NULL;
    for (size_t i = 0; i < baselines->n && error == NULL; i++) {
        error = baseline_read(rules, baselines->files[i], update && i == baselines->n - 1);
    }
    return error;
}

/* -- what is written -- */

/* A comment that says what the id is, in one line whatever the title holds. */
static void write_comment(FILE *out, const json_t *finding) {
    const char *title = field_text(finding, "title");
    size_t length = strlen(title);
    if (length > LONGEST_COMMENT) {
        length = LONGEST_COMMENT;
        while (length != 0 && ((unsigned char)title[length] & 0xc0) == 0x80) {
            length--; /* not within a character */
        }
    }
    fputs("# ", out);
    for (size_t i = 0; i < length; i++) {
        bool control = (unsigned char)title[i] < ' ' || title[i] == '\x7f';
        fputc(control ? ' ' : title[i], out);
    }
    fputc('\n', out);
}

/* Entries for the findings that fail and have none. Returns how many. */
static size_t write_new(FILE *out, const struct rules *rules, const struct store *findings) {
    size_t n = 0;
    for (size_t i = 0; i < findings->n; i++) {
        const struct stored *stored = &findings->all[i];
        if (!stored->is_error || stored->id == NULL ||
            !identity_is(stored->id, strlen(stored->id)) ||
            rules_entry(rules, stored->id) != NULL) {
            continue;
        }
        json_t *finding = store_get(findings, i);
        write_comment(out, finding);
        fprintf(out, "%s\n", stored->id);
        json_decref(finding);
        n++;
    }
    return n;
}

/* -- taking out -- */

static bool is_needed(const struct rules *rules, const char *id, const struct model *model) {
    const struct rule *rule = rules_entry(rules, id);
    return rule == NULL || rule->matched != 0 || store_has(&model->accepted, id) ||
           store_has(&model->findings, id);
}

/* Copies the lines but those of entries that nobody needed, with the comments that stand right above
 * them. Returns how many entries went. */
static size_t write_needed(FILE *out, const struct rules *rules, const struct model *model,
                           const char *all) {
    const char *text = all, *block = all; /* comments that no line has followed yet */
    size_t gone = 0;
    while (*text != '\0') {
        const char *start = skip_blanks(text == all ? text + text_mark(all, strlen(all)) : text);
        const char *next = text + strcspn(text, "\n");
        next += *next == '\n';
        if (*start == '#') {
            text = next;
            continue;
        }
        char *id = str_format("%.*s", (int)strcspn(start, " \t\r\n"), start);
        bool keep = *id == '\0' || is_needed(rules, id, model);
        if (keep) {
            fwrite(block, 1, (size_t)(next - block), out);
        }
        gone += !keep;
        block = text = next;
        free(id);
    }
    fputs(block, out);
    return gone;
}

static void forget_unneeded(struct rules *rules, const char *path, const struct model *model) {
    for (size_t i = 0; i < rules->n; i++) {
        struct rule *rule = &rules->all[i];
        rule->removed = rule->suppression == NULL && strcmp(rule->file, path) == 0 &&
                        !is_needed(rules, rule->text, model);
    }
}

/* -- the file -- */

/* Opened, locked against others who add to it, and read. Returns -1 and errno in *why. */
static int open_locked(const char *path, char **text, size_t *bytes, int *why) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    *text = NULL;
    if (fd >= 0 && flock(fd, LOCK_EX) == 0) {
        *text = fd_text(fd, bytes);
    }
    *why = errno;
    if (fd >= 0 && *text == NULL) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int replace_text(int fd, const char *text, size_t bytes) {
    if (lseek(fd, 0, SEEK_SET) != 0 || ftruncate(fd, 0) != 0) {
        return errno;
    }
    return fd_write(fd, text, bytes);
}

/* The text with what is to be added and, when `prune`, without what is to go. */
static char *changed_text(const struct rules *rules, const struct model *model, const char *old,
                          bool prune, size_t *bytes, struct baseline_change *change) {
    char *text = NULL;
    FILE *out = open_memstream(&text, bytes);
    if (out == NULL) {
        say_fatal("out of memory: the baseline could not be written");
    }
    size_t length = strlen(old);
    fputs(length == 0 ? heading : "", out);
    fputs(length == 0 ? "\n" : "", out);
    if (prune) {
        change->removed = write_needed(out, rules, model, old);
    } else {
        fputs(old, out);
    }
    fputs(length != 0 && old[length - 1] != '\n' ? "\n" : "", out);
    change->added = write_new(out, rules, &model->findings);
    fclose(out);
    return text;
}

static char *update(struct rules *rules, const char *path, struct model *model, bool prune,
                    struct baseline_change *change) {
    size_t bytes;
    *change = (struct baseline_change){0};
    char *old, *text = NULL;
    int why, fd = open_locked(path, &old, &bytes, &why);
    if (fd < 0) {
        return str_format("%s: baseline cannot be written: %s", path, file_error(why));
    }
    char *error = rules_read_text(rules, old, bytes, path, add_line); /* others may have added */
    if (error == NULL) {
        text = changed_text(rules, model, old, prune, &bytes, change);
        if (prune) {
            forget_unneeded(rules, path, model);
        }
        why = change->added + change->removed == 0 ? 0 : replace_text(fd, text, bytes);
        error = why != 0 ? str_format("%s: baseline cannot be written: %s", path, strerror(why))
                         : rules_read_text(rules, text, strlen(text), path, add_line);
    }
    close(fd); /* and unlocks it */
    if (error == NULL) {
        model_accept(model, rules);
    }
    free(old);
    free(text);
    return error;
}

char *baseline_add(struct rules *rules, const char *path, struct model *model,
                   struct baseline_change *change) {
    return update(rules, path, model, false, change);
}

char *baseline_rewrite(struct rules *rules, const char *path, struct model *model,
                       struct baseline_change *change) {
    return update(rules, path, model, true, change);
}
