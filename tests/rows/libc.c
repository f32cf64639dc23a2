/* Rule    rows.libc  [HB-M-01, HB-M-06]
 * Expect  rows
 * Why     what libc reads and writes for the program counts as if the caller did it, and no byte more.
 */
#include "rows.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

/* FIRST calls a function on `text`, a buffer with "hello, world"; SECOND writes one byte of it. The
 * byte is the last that the call must touch, or the first that it must not. */
#define CALLS(row, at, ...)                                                                        \
    char row##_text[64] = "hello, world";                                                          \
    FIRST(row) {                                                                                   \
        char *text = row##_text, to[64] = "to";                                                    \
        __VA_ARGS__;                                                                               \
        SHOW(*text);                                                                               \
        SHOW(to);                                                                                  \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        row##_text[at] = 'x';                                                                      \
    }
static int by_byte(const void *a, const void *b) {
    return *(const char *)a - *(const char *)b;
}
int six_digits = 123456;
int null_device = -1, zero_device = -1;
FILE *null_stream, *zero_stream;
__attribute__((constructor)) static void open_devices(void) {
    null_device = open("/dev/null", O_WRONLY);
    zero_device = open("/dev/zero", O_RDONLY);
    null_stream = fopen("/dev/null", "w");
    zero_stream = fopen("/dev/zero", "r");
}
static FILE *lines;
static FILE *one_line(void) {
    char text[] = "a line\n";
    lines = fmemopen(NULL, 64, "w+");
    fwrite(text, 1, sizeof text - 1, lines);
    rewind(lines);
    return lines;
}
static int via_list(char *to, size_t room, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int n = vsnprintf(to, room, format, values);
    va_end(values);
    return n;
}
/* clang-format off */
CALLS(RaceMemcpyTo, 9, memcpy(text, to, 10))
CALLS(NoRaceMemcpyTo, 10, memcpy(text, to, 10))
CALLS(RaceMemcpyFrom, 9, memcpy(to, text, 10))
CALLS(NoRaceMemcpyFrom, 10, memcpy(to, text, 10))
CALLS(RaceMemmove, 12, memmove(text + 3, text, 10))
CALLS(NoRaceMemmove, 13, memmove(text + 3, text, 10))
CALLS(RaceMempcpy, 4, USE(mempcpy(text, to, 5)))
CALLS(RaceMemset, 31, memset(text, 1, 32))
CALLS(NoRaceMemset, 32, memset(text, 1, 32))
CALLS(RaceMemcmp, 0, USE(memcmp(text, "hello", 5)))
CALLS(NoRaceMemcmp, 5, USE(memcmp(text, "hello", 5)))
CALLS(RaceMemchr, 4, USE(memchr(text, 'o', 12)))
CALLS(NoRaceMemchr, 5, USE(memchr(text, 'o', 12)))
CALLS(RaceMemrchr, 8, USE(memrchr(text, 'o', 12)))
CALLS(NoRaceMemrchr, 7, USE(memrchr(text, 'o', 12)))
CALLS(RaceStrlen, 12, USE(strlen(text)))
CALLS(NoRaceStrlen, 13, USE(strlen(text)))
CALLS(RaceStrnlen, 4, USE(strnlen(text, 5)))
CALLS(NoRaceStrnlen, 5, USE(strnlen(text, 5)))
CALLS(RaceStrcpyFrom, 12, strcpy(to, text))
CALLS(NoRaceStrcpyFrom, 13, strcpy(to, text))
CALLS(RaceStrcpyTo, 2, strcpy(text, to))
CALLS(NoRaceStrcpyTo, 3, strcpy(text, to))
CALLS(RaceStrncpy, 15, strncpy(text, to, 16))
CALLS(NoRaceStrncpy, 16, strncpy(text, to, 16))
CALLS(RaceStpcpy, 2, USE(stpcpy(text, to)))
CALLS(RaceStrcat, 14, strcat(text, to))
CALLS(NoRaceStrcat, 15, strcat(text, to))
CALLS(RaceStrncat, 13, strncat(text, to, 1))
CALLS(NoRaceStrncat, 14, strncat(text, to, 1))
CALLS(RaceStrcmp, 1, USE(strcmp(text, "hurry")))
CALLS(NoRaceStrcmp, 2, USE(strcmp(text, "hurry")))
CALLS(RaceStrncmp, 2, USE(strncmp(text, "hello", 3)))
CALLS(NoRaceStrncmp, 3, USE(strncmp(text, "hello", 3)))
CALLS(RaceStrcasecmp, 1, USE(strcasecmp(text, "HURRY")))
CALLS(RaceStrncasecmp, 2, USE(strncasecmp(text, "HELLO", 3)))
CALLS(NoRaceStrncasecmp, 3, USE(strncasecmp(text, "HELLO", 3)))
CALLS(RaceStrchr, 4, USE(strchr(text, 'o')))
CALLS(NoRaceStrchr, 5, USE(strchr(text, 'o')))
CALLS(RaceStrrchr, 12, USE(strrchr(text, 'l')))
CALLS(RaceStrstr, 4, USE(strstr(text, "lo")))
CALLS(NoRaceStrstr, 5, USE(strstr(text, "lo")))
CALLS(RaceStrspn, 5, USE(strspn(text, "ehlo")))
CALLS(NoRaceStrspn, 6, USE(strspn(text, "ehlo")))
CALLS(RaceStrcspn, 5, USE(strcspn(text, ",")))
CALLS(RaceStrpbrk, 5, USE(strpbrk(text, ",")))
CALLS(RaceStrdup, 12, char *copy = strdup(text); SHOW(*copy); free(copy))
CALLS(NoRaceStrdup, 13, char *copy = strdup(text); SHOW(*copy); free(copy))
CALLS(RaceStrndup, 3, char *copy = strndup(text, 4); SHOW(*copy); free(copy))
CALLS(NoRaceStrndup, 4, char *copy = strndup(text, 4); SHOW(*copy); free(copy))
CALLS(RaceAtoi, 0, USE(atoi(text)))
CALLS(NoRaceAtoi, 1, USE(atoi(text)))
CALLS(RaceStrtol, 0, USE(strtol(text, NULL, 10)))
CALLS(RaceStrtoull, 0, USE(strtoull(text, NULL, 10)))
CALLS(RaceStrtod, 0, USE((int)strtod(text, NULL)))
CALLS(RaceQsort, 11, qsort(text, 12, 1, by_byte))
CALLS(NoRaceQsort, 12, qsort(text, 12, 1, by_byte))
CALLS(RaceSnprintfTo, 3, snprintf(text, 4, "%d", six_digits))
CALLS(NoRaceSnprintfTo, 4, snprintf(text, 4, "%d", six_digits))
CALLS(RaceSprintf, 2, sprintf(text, "%d", 12))
CALLS(NoRaceSprintf, 3, sprintf(text, "%d", 12))
CALLS(RaceVsnprintf, 12, via_list(to, sizeof to, "%d %ld %.1f %s", 1, 2L, 3.0, text))
CALLS(RaceFormatPrecision, 4, snprintf(to, sizeof to, "%.*s", 5, text))
CALLS(NoRaceFormatPrecision, 5, snprintf(to, sizeof to, "%.*s", 5, text))
CALLS(NoRaceFormatPointer, 0, snprintf(to, sizeof to, "%p", (void *)text))
CALLS(RaceFprintf, 12, fprintf(null_stream, "%-5d%%%*c%s\n", 1, 3, 'c', text))
CALLS(RaceFputs, 12, fputs(text, null_stream))
CALLS(RaceFwrite, 4, fwrite(text, 1, 5, null_stream))
CALLS(NoRaceFwrite, 5, fwrite(text, 1, 5, null_stream))
CALLS(RaceFread, 4, USE(fread(text, 1, 5, zero_stream)))
CALLS(NoRaceFread, 5, USE(fread(text, 1, 5, zero_stream)))
CALLS(RaceFgets, 7, USE(fgets(text, 64, one_line())))
CALLS(NoRaceFgets, 8, USE(fgets(text, 64, one_line())))
CALLS(RaceRead, 4, USE(read(zero_device, text, 5)))
CALLS(NoRaceRead, 5, USE(read(zero_device, text, 5)))
CALLS(RacePread, 4, USE(pread(zero_device, text, 5, 0)))
CALLS(RaceWrite, 4, USE(write(null_device, text, 5)))
CALLS(NoRaceWrite, 5, USE(write(null_device, text, 5)))
CALLS(RacePwrite, 4, USE(pwrite(null_device, text, 5, 0)))
/* clang-format on */

/* The comparison of qsort and bsearch is the program's own, with hooks. */
int sorted[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static int by_int(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}
FIRST(RaceBsearch) {
    int key = 5;
    USE(bsearch(&key, sorted, 8, sizeof(int), by_int));
}
SECOND(RaceBsearch) {
    sorted[4] = 5;
}
