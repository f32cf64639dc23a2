/* utf8.h - is this UTF-8, and what stands where it is not? */
#ifndef RADDLE_TOOLS_REPORT_UTF8_H
#define RADDLE_TOOLS_REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define UTF8_REPLACED    0xfffdu

/* Behind the character beyond ASCII that begins at `at`; NULL: none does before `end`. */
const char *utf8_after(const char *at, const char *end);
/* The text with U+FFFD for each byte that is part of no character, a new string: names, paths and source
 * lines are the program's, and may be in Latin-1. */
char *utf8_text(const char *text);
/* The character that the first of `bytes` begin, UTF8_REPLACED if they begin none, and in *taken how many they are. */
uint32_t utf8_character(const char *text, size_t bytes, size_t *taken);

#endif
