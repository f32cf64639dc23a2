/* Rule    rows.libc_format  [HB-M-01, HB-M-06]
 * Expect  rows
 * Why     formats: which values of printf are memory and how much of it, what scanf stored, and where lines go.
 */
#include "rows.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>
#include <wchar.h>

/* FIRST calls a function on `text`; SECOND writes a byte of it (CALLS), which conflicts with any access, or
 * reads one (SEES), which conflicts with a write only. */
#define TEXT(row)                                                                                  \
    char *text = row##_text, to[64] = "to";                                                        \
    int n = 0;                                                                                     \
    (void)text, (void)n, (void)to
#define CALLS(row, at, ...)                                                                        \
    _Alignas(16) char row##_text[64] = "hello, world";                                             \
    FIRST(row) {                                                                                   \
        TEXT(row);                                                                                 \
        __VA_ARGS__;                                                                               \
        SHOW(*text);                                                                               \
        SHOW(to);                                                                                  \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        row##_text[at] = 'x';                                                                      \
    }
#define SEES(row, at, ...)                                                                         \
    _Alignas(16) char row##_text[64] = "hello, world";                                             \
    FIRST(row) {                                                                                   \
        TEXT(row);                                                                                 \
        __VA_ARGS__;                                                                               \
        SHOW(*text);                                                                               \
        SHOW(to);                                                                                  \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        USE(row##_text[at]);                                                                       \
    }
size_t room = 64, five = 5; /* which no compiler knows */
int null_device = -1;
FILE *null_stream, *zero_stream;
__attribute__((constructor)) static void open_devices(void) {
    null_device = open("/dev/null", O_WRONLY);
    null_stream = fopen("/dev/null", "w");
    zero_stream = fopen("/dev/zero", "r");
}
static FILE *holding(const char *content) {
    FILE *lines = fmemopen(NULL, 64, "w+");
    fputs(content, lines);
    rewind(lines);
    return lines;
}
/* The functions that take a list. */
#define LISTED(result, name, first, call)                                                          \
    static __attribute__((noinline)) result name(first, const char *format, ...) {                 \
        va_list values;                                                                            \
        va_start(values, format);                                                                  \
        int n = call;                                                                              \
        va_end(values);                                                                            \
        return n;                                                                                  \
    }
/* clang-format off */
LISTED(int, list_sprintf, char *to, vsprintf(to, format, values))
LISTED(int, list_snprintf, char *to, vsnprintf(to, room, format, values))
LISTED(int, list_asprintf, char **to, vasprintf(to, format, values))
LISTED(int, list_fprintf, FILE *to, vfprintf(to, format, values))
LISTED(int, list_dprintf, int to, vdprintf(to, format, values))
LISTED(int, list_syslog, int to, (vsyslog(to, format, values), 0))
LISTED(int, list_sscanf, const char *from, vsscanf(from, format, values))
LISTED(int, list_fscanf, FILE *from, vfscanf(from, format, values))

/* -- values of printf that are memory -- */
CALLS(RaceFormatPlace, 12, snprintf(to, room, "%2$s %1$d", 1, text))
CALLS(NoRaceFormatPlace, 13, snprintf(to, room, "%2$s %1$d", 1, text))
CALLS(RaceFormatPlacePrecision, 3, snprintf(to, room, "%3$.*2$s %1$*2$d", 1, 4, text))
CALLS(NoRaceFormatPlacePrecision, 4, snprintf(to, room, "%3$.*2$s %1$*2$d", 1, 4, text))
CALLS(RaceFormatAfterAll, 12, snprintf(to, room, "%%%c%5.1f%-3hd%+lld%zu%Lg%x%s", 'c', 1.0, (short)2, 3LL, room, 4.0L, 5u, text))
CALLS(RaceFormatStars, 4, snprintf(to, room, "%*.*s", 7, 5, text))
CALLS(NoRaceFormatStars, 5, snprintf(to, room, "%*.*s", 7, 5, text))
CALLS(RaceFormatErrno, 12, snprintf(to, room, "%m%s", text))
CALLS(NoRaceFormatZero, 0, snprintf(to, room, "%.0s", text))
CALLS(RaceFormatTwice, 12, snprintf(to, room, "%1$.1s%1$s", text))
SEES(NoRaceFormatReads, 0, snprintf(to, room, "%s", text))
SEES(RaceFormatCount, 3, snprintf(to, room, "ab%n", (int *)text))
SEES(NoRaceFormatCount, 4, snprintf(to, room, "ab%n", (int *)text))
SEES(RaceFormatCountLong, 7, snprintf(to, room, "ab%ln", (long *)text))
SEES(RaceFormatCountChar, 0, snprintf(to, room, "ab%hhn", (signed char *)text))
SEES(NoRaceFormatCountChar, 1, snprintf(to, room, "ab%hhn", (signed char *)text))

/* -- where it goes -- */
SEES(RaceSprintfTo, 3, sprintf(text, "%s!", to))
SEES(NoRaceSprintfTo, 4, sprintf(text, "%s!", to))
SEES(RaceSprintfOfKnown, 5, sprintf(text, "known"))
SEES(NoRaceSprintfOfKnown, 6, sprintf(text, "known"))
SEES(RaceSnprintfCut, 4, snprintf(text, five, "%s", "more than this"))
SEES(NoRaceSnprintfCut, 5, snprintf(text, five, "%s", "more than this"))
SEES(RaceVsprintf, 2, list_sprintf(text, "%s", to))
SEES(NoRaceVsprintf, 3, list_sprintf(text, "%s", to))
SEES(RaceVsnprintfTo, 2, list_snprintf(text, "%s", to))
SEES(RaceAsprintf, 7, USE(asprintf((char **)text, "%s", to)))
SEES(NoRaceAsprintf, 8, USE(asprintf((char **)text, "%s", to)))
CALLS(RaceAsprintfFrom, 12, char *made; USE(asprintf(&made, "%s", text)); free(made))
SEES(RaceVasprintf, 7, USE(list_asprintf((char **)text, "%s", to)))
CALLS(RaceFprintfFrom, 12, fprintf(null_stream, "%s", text); fprintf(null_stream, "%d%s", 1, text))
CALLS(RaceVfprintf, 12, list_fprintf(null_stream, "%s", text))
CALLS(RaceDprintf, 12, dprintf(null_device, "%s", text))
CALLS(NoRaceDprintf, 13, dprintf(null_device, "%s", text))
CALLS(RaceVdprintf, 12, list_dprintf(null_device, "%s", text))
CALLS(RaceSyslog, 12, syslog(LOG_DEBUG, "%s", text))
CALLS(RaceVsyslog, 12, list_syslog(LOG_DEBUG, "%s", text))
SEES(RaceSwprintf, 11, swprintf((wchar_t *)text, five, L"%s", "to"))
SEES(NoRaceSwprintf, 12, swprintf((wchar_t *)text, five, L"%s", "to"))
CALLS(RaceSwprintfFrom, 12, wchar_t wide[64]; swprintf(wide, room, L"%d%s", 1, text))
CALLS(NoRaceSwprintfFrom, 13, wchar_t wide[64]; swprintf(wide, room, L"%d%s", 1, text))
CALLS(RaceFwprintf, 12, fwprintf(fopen("/dev/null", "w"), L"%s", text))

/* -- what scanf stored -- */
SEES(RaceScanInt, 3, sscanf("12 word", "%d", (int *)text))
SEES(NoRaceScanInt, 4, sscanf("12 word", "%d", (int *)text))
SEES(RaceScanLong, 7, sscanf("12 word", "%ld", (long *)text))
SEES(NoRaceScanChar, 1, sscanf("12 word", "%hhd", (signed char *)text))
SEES(RaceScanDouble, 7, sscanf("1.5", "%lf", (double *)text))
SEES(NoRaceScanFloat, 4, sscanf("1.5", "%f", (float *)text))
SEES(NoRaceScanFloatA, 4, sscanf("1.5", "%a", (float *)text))
SEES(RaceScanWord, 4, sscanf("12 word", "%*d %s", text))
SEES(NoRaceScanWord, 5, sscanf("12 word", "%*d %s", text))
SEES(NoRaceScanWordCut, 3, sscanf("12 word", "%*d %2s", text))
SEES(RaceScanSet, 2, sscanf("]a;b", "%[]a]", text))
SEES(NoRaceScanSet, 3, sscanf("]a;b", "%[]a]", text))
SEES(RaceScanLetter, 0, sscanf("word", "%c", text))
SEES(NoRaceScanLetter, 1, sscanf("word", "%c", text))
SEES(RaceScanPlace, 3, sscanf("1 2", "%2$d %1$d", &n, (int *)text))
SEES(NoRaceScanPlace, 4, sscanf("1 2", "%2$d %1$d", &n, (int *)text))
SEES(NoRaceScanFails, 0, USE(sscanf("word", "%d", (int *)text)))
SEES(NoRaceScanFailsLater, 0, USE(sscanf("1 word", "%d %d", &n, (int *)text)))
SEES(RaceScanCount, 3, sscanf("1 word", "%d%n", &n, (int *)text))
SEES(NoRaceScanCountNotReached, 0, USE(sscanf("1 word", "%dx%n", &n, (int *)text)))
SEES(RaceScanCountBefore, 3, sscanf("1x2", "%dx%n%d", &n, (int *)text, &n))
SEES(RaceScanAllocates, 7, sscanf("word", "%ms", (char **)text))
SEES(NoRaceScanAllocates, 8, sscanf("word", "%ms", (char **)text))
CALLS(RaceScanFrom, 4, sscanf(text, "%5s", to))
CALLS(NoRaceScanFrom, 5, sscanf(text, "%5s", to))
SEES(NoRaceScanReads, 0, sscanf(text, "%5s", to))
SEES(RaceVsscanf, 3, list_sscanf("12", "%d", (int *)text))
SEES(RaceFscanf, 3, USE(fscanf(holding("12"), "%d", (int *)text)))
SEES(NoRaceFscanf, 4, USE(fscanf(holding("12"), "%d", (int *)text)))
SEES(RaceVfscanf, 3, list_fscanf(holding("12"), "%d", (int *)text))
SEES(RaceSwscanf, 3, swscanf(L"12", L"%d", (int *)text))
SEES(NoRaceSwscanf, 4, swscanf(L"12", L"%d", (int *)text))
SEES(RaceSwscanfWord, 4, swscanf(L"word", L"%s", text))
SEES(RaceSwscanfWide, 19, swscanf(L"word", L"%ls", (wchar_t *)text))
SEES(NoRaceSwscanfWide, 20, swscanf(L"word", L"%ls", (wchar_t *)text))

/* -- lines and blocks -- */
SEES(RaceGetline, 7, char *line = text; size_t n_line = 64; USE(getline(&line, &n_line, holding("a line\n"))))
SEES(NoRaceGetline, 8, char *line = text; size_t n_line = 64; USE(getline(&line, &n_line, holding("a line\n"))))
SEES(RaceGetdelim, 2, char *line = text; size_t n_line = 64; USE(getdelim(&line, &n_line, ' ', holding("a line\n"))))
SEES(NoRaceGetdelim, 3, char *line = text; size_t n_line = 64; USE(getdelim(&line, &n_line, ' ', holding("a line\n"))))
SEES(RaceFgetsUnlocked, 7, USE(fgets_unlocked(text, (int)room, holding("a line\n"))))
SEES(NoRaceFgetsUnlocked, 8, USE(fgets_unlocked(text, (int)room, holding("a line\n"))))
SEES(RaceFgetsOfUnknownSize, 7, USE(fgets(text, (int)room, holding("a line\n"))))
SEES(NoRaceFgetsOfUnknownSize, 8, USE(fgets(text, (int)room, holding("a line\n"))))
SEES(RaceFreadUnlocked, 4, USE(fread_unlocked(text, 1, five, zero_stream)))
SEES(NoRaceFreadUnlocked, 5, USE(fread_unlocked(text, 1, five, zero_stream)))
SEES(RaceFreadOfUnknownSize, 4, USE(fread(text, 1, five, zero_stream)))
SEES(NoRaceFreadOfUnknownSize, 5, USE(fread(text, 1, five, zero_stream)))
CALLS(RaceFwriteUnlocked, 4, USE(fwrite_unlocked(text, 1, five, null_stream)))
CALLS(NoRaceFwriteUnlocked, 5, USE(fwrite_unlocked(text, 1, five, null_stream)))
CALLS(RaceFputsUnlocked, 12, fputs_unlocked(text, null_stream))
CALLS(NoRaceFputsUnlocked, 13, fputs_unlocked(text, null_stream))
/* clang-format on */

/* A text of wide letters. */
wchar_t wide_text[16] = L"hello", no_wide_text[16] = L"hello";
FIRST(RaceFormatWideText) {
    char to[64];
    snprintf(to, room, "%d %ls", 1, wide_text);
    SHOW(to);
}
SECOND(RaceFormatWideText) {
    wide_text[5] = 'x';
}
FIRST(NoRaceFormatWideText) {
    char to[64];
    snprintf(to, room, "%d %ls", 1, no_wide_text);
    SHOW(to);
}
SECOND(NoRaceFormatWideText) {
    no_wide_text[6] = 'x';
}

/* The plain name, as C90 has it: %as is a text in memory of its own. */
int plain_sscanf(const char *text, const char *format, ...) __asm__("sscanf");
char *plain_word;
int plain_int;
FIRST(RaceScanPlain) {
    plain_sscanf("word 12", "%as %d", &plain_word, &plain_int);
}
SECOND(RaceScanPlain) {
    USE(plain_word);
}
FIRST(RaceScanPlainInt) {
    char *word;
    plain_sscanf("word 12", "%as %d", &word, &plain_int);
}
SECOND(RaceScanPlainInt) {
    USE(plain_int);
}
