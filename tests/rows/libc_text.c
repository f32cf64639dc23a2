/* Rule    rows.libc_text  [HB-M-01]
 * Expect  rows
 * Why     the rarer functions of <string.h>, <strings.h>, <wchar.h> and numbers in texts: to the byte.
 */
#include "rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>
#include <wchar.h>

/* FIRST calls a function on `text`; SECOND writes a byte of it (CALLS), which conflicts with any access, or
 * reads one (SEES), which conflicts with a write only. */
#define CALLS_ON(row, content, at, ...)                                                            \
    char row##_text[64] = content;                                                                 \
    FIRST(row) {                                                                                   \
        char *text = row##_text, to[64] = "to";                                                    \
        __VA_ARGS__;                                                                               \
        SHOW(*text);                                                                               \
        SHOW(to);                                                                                  \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        row##_text[at] = 'x';                                                                      \
    }
#define CALLS(row, at, ...) CALLS_ON(row, "hello, world", at, __VA_ARGS__)
#define SEES(row, at, ...)                                                                         \
    char row##_text[64] = "hello, world";                                                          \
    FIRST(row) {                                                                                   \
        char *text = row##_text;                                                                   \
        __VA_ARGS__;                                                                               \
        SHOW(*text);                                                                               \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        USE(row##_text[at]);                                                                       \
    }
/* The same, in wide letters. */
#define WIDE(row, at, ...)                                                                         \
    wchar_t row##_text[64] = L"hello, world";                                                      \
    FIRST(row) {                                                                                   \
        wchar_t *text = row##_text, to[64] = L"to";                                                \
        __VA_ARGS__;                                                                               \
        SHOW(*text);                                                                               \
        SHOW(to);                                                                                  \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        ((char *)row##_text)[at] = 'x';                                                            \
    }
size_t four = 4, five = 5, thirty_two = 32; /* which no compiler knows */
static int by_byte(const void *a, const void *b, void *unused) {
    (void)unused;
    return *(const char *)a - *(const char *)b;
}
static int by_char(const void *a, const void *b) {
    return by_byte(a, b, NULL);
}
/* clang-format off */
/* -- blocks -- */
CALLS(RaceBzero, 31, bzero(text, thirty_two))
CALLS(NoRaceBzero, 32, bzero(text, thirty_two))
CALLS(RaceBzeroOfKnownSize, 31, bzero(text, 32))
CALLS(RaceExplicitBzero, 31, explicit_bzero(text, thirty_two))
CALLS(NoRaceExplicitBzero, 32, explicit_bzero(text, thirty_two))
CALLS(RaceBcopy, 12, bcopy(text, text + 3, 2 * five))
CALLS(NoRaceBcopy, 13, bcopy(text, text + 3, 2 * five))
CALLS(RaceBcmp, 0, USE(bcmp(text, "hello", five)))
CALLS(NoRaceBcmp, 5, USE(bcmp(text, "hello", five)))
CALLS(NoRaceBcmpDiffers, 2, USE(bcmp(text, "hurry", five)))
CALLS(RaceMemccpyTo, 2, USE(memccpy(text, "ab;cd", ';', five)))
CALLS(NoRaceMemccpyTo, 3, USE(memccpy(text, "ab;cd", ';', five)))
CALLS(RaceMemccpyFrom, 4, USE(memccpy(to, text, 'o', 12)))
CALLS(NoRaceMemccpyFrom, 5, USE(memccpy(to, text, 'o', 12)))
CALLS(RaceSwab, 3, swab(text, to, (ssize_t)five))
CALLS(NoRaceSwab, 4, swab(text, to, (ssize_t)five))
CALLS(RaceMempcpyTo, 4, USE(mempcpy(text, to, five)))
CALLS(NoRaceMempcpyTo, 5, USE(mempcpy(text, to, five)))
CALLS(RaceMemcpyOfUnknownSize, 4, memcpy(text, to, five))
CALLS(NoRaceMemcpyOfUnknownSize, 5, memcpy(text, to, five))
CALLS(RaceMemmoveOfUnknownSize, 4, memmove(text, to, five))
CALLS(NoRaceMemmoveOfUnknownSize, 5, memmove(text, to, five))
CALLS(RaceMemsetOfUnknownSize, 4, memset(text, 1, five))
CALLS(NoRaceMemsetOfUnknownSize, 5, memset(text, 1, five))
CALLS(RaceRawmemchr, 4, USE(rawmemchr(text, 'o')))
CALLS(NoRaceRawmemchr, 5, USE(rawmemchr(text, 'o')))
CALLS(RaceMemmem, 4, USE(memmem(text, 12, "lo", 2)))
CALLS(NoRaceMemmem, 5, USE(memmem(text, 12, "lo", 2)))
CALLS(RaceQsortR, 11, qsort_r(text, 12, 1, by_byte, NULL))
CALLS(NoRaceQsortR, 12, qsort_r(text, 12, 1, by_byte, NULL))
CALLS(NoRaceQsortOfOne, 0, qsort(text, 1, 1, by_char))

/* -- texts -- */
CALLS(RaceStpncpy, 15, USE(stpncpy(text, to, 3 * five + 1)))
CALLS(NoRaceStpncpy, 16, USE(stpncpy(text, to, 3 * five + 1)))
CALLS(RaceStpcpyFrom, 12, USE(stpcpy(to, text)))
CALLS(NoRaceStpcpyFrom, 13, USE(stpcpy(to, text)))
CALLS(RaceStrncpyFrom, 3, strncpy(to, text, four))
CALLS(NoRaceStrncpyFrom, 4, strncpy(to, text, four))
CALLS(RaceStrncatFrom, 3, strncat(to, text, four))
CALLS(NoRaceStrncatFrom, 4, strncat(to, text, four))
CALLS(RaceStrncatTo, 14, strncat(text, to, five))
CALLS(NoRaceStrncatTo, 15, strncat(text, to, five))
SEES(NoRaceStrcatHead, 11, strcat(text, "to"))
SEES(RaceStrcatHead, 12, strcat(text, "to"))
CALLS(RaceStrchrnul, 4, USE(strchrnul(text, 'o')))
CALLS(NoRaceStrchrnul, 5, USE(strchrnul(text, 'o')))
CALLS(RaceStrchrnulEnd, 12, USE(strchrnul(text, 'q')))
CALLS(RaceStrcasestr, 4, USE(strcasestr(text, "LO")))
CALLS(NoRaceStrcasestr, 5, USE(strcasestr(text, "LO")))
CALLS(RaceStrcmpOfFewLetters, 1, USE(strcmp(text, "he")))
SEES(NoRaceStrcmpReads, 0, USE(strcmp(text, "he")))

/* -- pieces -- */
SEES(RaceStrsep, 5, char *rest = text; USE(strsep(&rest, ",")))
SEES(NoRaceStrsep, 4, char *rest = text; USE(strsep(&rest, ",")))
CALLS(RaceStrsepReads, 4, char *rest = text; USE(strsep(&rest, ",")))
CALLS(NoRaceStrsepReads, 6, char *rest = text; USE(strsep(&rest, ",")))
SEES(NoRaceStrsepAll, 12, char *rest = text; USE(strsep(&rest, ";")))
CALLS(RaceStrsepAll, 12, char *rest = text; USE(strsep(&rest, ";")))
SEES(RaceStrtokR, 5, char *rest; USE(strtok_r(text, ",", &rest)))
SEES(NoRaceStrtokR, 4, char *rest; USE(strtok_r(text, ",", &rest)))
CALLS(RaceStrtokRReads, 4, char *rest; USE(strtok_r(text, ",", &rest)))
CALLS(NoRaceStrtokRReads, 6, char *rest; USE(strtok_r(text, ",", &rest)))
SEES(NoRaceStrtokRAll, 12, char *rest; USE(strtok_r(text, ";", &rest)))
CALLS(RaceStrtokRAll, 12, char *rest; USE(strtok_r(text, ";", &rest)))
CALLS_ON(NoRaceStrtokRAtEnd, "a,", 2, char *rest; USE(strtok_r(text, ",", &rest)))
SEES(RaceStrtok, 5, USE(strtok(text, ",")))
SEES(NoRaceStrtok, 4, USE(strtok(text, ",")))

/* -- numbers -- */
CALLS_ON(RaceStrtolDigits, "12;34", 2, USE(strtol(text, NULL, 10)))
CALLS_ON(NoRaceStrtolDigits, "12;34", 3, USE(strtol(text, NULL, 10)))
CALLS_ON(RaceStrtoll, "12;34", 2, USE(strtoll(text, NULL, 10)))
CALLS_ON(RaceStrtoul, "12;34", 2, USE(strtoul(text, NULL, 10)))
CALLS_ON(NoRaceStrtolNoBase, "12;34", 0, USE(strtol(text, NULL, 99)))
CALLS_ON(RaceStrtoimax, "12;34", 2, USE(strtoimax(text, NULL, 10)))
CALLS_ON(NoRaceStrtoimax, "12;34", 3, USE(strtoimax(text, NULL, 10)))
CALLS_ON(RaceStrtoumax, "12;34", 2, USE(strtoumax(text, NULL, 10)))
CALLS_ON(RaceStrtof, "1.5;34", 3, USE((int)strtof(text, NULL)))
CALLS_ON(NoRaceStrtof, "1.5;34", 4, USE((int)strtof(text, NULL)))
CALLS_ON(RaceStrtold, "1.5;34", 3, USE((int)strtold(text, NULL)))
CALLS_ON(NoRaceStrtold, "1.5;34", 4, USE((int)strtold(text, NULL)))
CALLS_ON(RaceAtol, "12;34", 2, USE(atol(text)))
CALLS_ON(RaceAtoll, "12;34", 2, USE(atoll(text)))
CALLS_ON(NoRaceAtoll, "12;34", 3, USE(atoll(text)))
CALLS_ON(RaceAtof, "1.5;34", 3, USE((int)atof(text)))
CALLS_ON(NoRaceAtof, "1.5;34", 4, USE((int)atof(text)))

/* -- wide -- */
WIDE(RaceWmemcpy, 19, wmemcpy(text, to, five))
WIDE(NoRaceWmemcpy, 20, wmemcpy(text, to, five))
WIDE(RaceWmemmove, 19, wmemmove(to, text, five))
WIDE(NoRaceWmemmove, 20, wmemmove(to, text, five))
WIDE(RaceWmempcpy, 19, USE(wmempcpy(text, to, five)))
WIDE(NoRaceWmempcpy, 20, USE(wmempcpy(text, to, five)))
WIDE(RaceWmemset, 19, wmemset(text, 'w', five))
WIDE(NoRaceWmemset, 20, wmemset(text, 'w', five))
WIDE(RaceWmemcmp, 4, USE(wmemcmp(text, L"hurry", five)))
WIDE(NoRaceWmemcmp, 8, USE(wmemcmp(text, L"hurry", five)))
WIDE(RaceWmemchr, 16, USE(wmemchr(text, 'o', 12)))
WIDE(NoRaceWmemchr, 20, USE(wmemchr(text, 'o', 12)))
WIDE(RaceWcscpy, 48, wcscpy(to, text))
WIDE(NoRaceWcscpy, 52, wcscpy(to, text))
WIDE(RaceWcpcpy, 8, USE(wcpcpy(text, to)))
WIDE(NoRaceWcpcpy, 12, USE(wcpcpy(text, to)))
WIDE(RaceWcsncpy, 19, wcsncpy(text, to, five))
WIDE(NoRaceWcsncpy, 20, wcsncpy(text, to, five))
WIDE(RaceWcpncpy, 19, USE(wcpncpy(text, to, five)))
WIDE(NoRaceWcpncpy, 20, USE(wcpncpy(text, to, five)))
WIDE(RaceWcscat, 59, wcscat(text, to))
WIDE(NoRaceWcscat, 60, wcscat(text, to))
WIDE(RaceWcsncat, 59, wcsncat(text, to, five))
WIDE(NoRaceWcsncat, 60, wcsncat(text, to, five))
WIDE(RaceWcsdup, 48, wchar_t *copy = wcsdup(text); SHOW(*copy); free(copy))
WIDE(NoRaceWcsdup, 52, wchar_t *copy = wcsdup(text); SHOW(*copy); free(copy))
WIDE(RaceWcslen, 48, USE(wcslen(text)))
WIDE(NoRaceWcslen, 52, USE(wcslen(text)))
WIDE(RaceWcsnlen, 19, USE(wcsnlen(text, five)))
WIDE(NoRaceWcsnlen, 20, USE(wcsnlen(text, five)))
WIDE(RaceWcscmp, 4, USE(wcscmp(text, L"hurry")))
WIDE(NoRaceWcscmp, 8, USE(wcscmp(text, L"hurry")))
WIDE(RaceWcsncmp, 19, USE(wcsncmp(text, L"hello", five)))
WIDE(NoRaceWcsncmp, 20, USE(wcsncmp(text, L"hello", five)))
WIDE(RaceWcschr, 16, USE(wcschr(text, 'o')))
WIDE(NoRaceWcschr, 20, USE(wcschr(text, 'o')))
WIDE(RaceWcsrchr, 48, USE(wcsrchr(text, 'o')))
WIDE(RaceWcsstr, 16, USE(wcsstr(text, L"lo")))
WIDE(NoRaceWcsstr, 20, USE(wcsstr(text, L"lo")))
WIDE(RaceWcstol, 0, USE(wcstol(text, NULL, 10)))
WIDE(NoRaceWcstol, 4, USE(wcstol(text, NULL, 10)))
WIDE(RaceWcstoll, 0, USE(wcstoll(text, NULL, 10)))
WIDE(RaceWcstoul, 0, USE(wcstoul(text, NULL, 10)))
WIDE(RaceWcstoull, 0, USE(wcstoull(text, NULL, 10)))
WIDE(RaceWcstod, 0, USE((int)wcstod(text, NULL)))
WIDE(RaceMbstowcs, 11, USE(mbstowcs(text, "to", 2 * five)))
WIDE(NoRaceMbstowcs, 12, USE(mbstowcs(text, "to", 2 * five)))
CALLS(RaceWcstombs, 2, USE(wcstombs(text, L"to", 2 * five)))
CALLS(NoRaceWcstombs, 3, USE(wcstombs(text, L"to", 2 * five)))
/* clang-format on */

/* strtok has one place for all: two texts are no safety. */
char one_text[16] = "a b", other_text[16] = "c d", one_set[] = " ", other_set[] = " ";
FIRST(RaceStrtokIsShared) {
    USE(strtok(one_text, one_set));
}
SECOND(RaceStrtokIsShared) {
    USE(strtok(other_text, other_set));
}
char one_own[16] = "a b", other_own[16] = "c d";
FIRST(NoRaceStrtokRIsNot) {
    char *rest;
    USE(strtok_r(one_own, one_set, &rest));
}
SECOND(NoRaceStrtokRIsNot) {
    char *rest;
    USE(strtok_r(other_own, other_set, &rest));
}
