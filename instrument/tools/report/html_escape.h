/* html_escape.h - text of the program under test on its way into a page, where it stays text.
 *
 * What is printed is right between tags and inside attributes in double quotes alike. Characters that
 * cannot be seen, or that turn the direction of others around [TrojanSource], are shown by their
 * number: U+202E as [U+202E]. What is no UTF-8 becomes U+FFFD.
 */
#ifndef RADDLE_TOOLS_REPORT_HTML_ESCAPE_H
#define RADDLE_TOOLS_REPORT_HTML_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* The whole text. */
void html_text(FILE *out, const char *text);

/* At most `most` characters, the last of them "…" when there are more. One that is shown by its number, or
 * that is twice as wide as a letter, counts for as many as it takes the room of. */
void html_clipped(FILE *out, const char *text, size_t most);

/* Likewise, but the end is what is shown, and the first is "…": of places. */
void html_clipped_front(FILE *out, const char *text, size_t most);

/* At most `most`; `what` stands between backquotes becomes <tag>what</tag>. The tag is ours, not the
 * program's. */
void html_marked(FILE *out, const char *text, size_t most, const char *tag);

/* The bytes of `text` from which on it is longer than `most` characters; its length if it is not. */
size_t html_bytes_of(const char *text, size_t most);
/* So many bytes of it, whole characters or not. */
void html_bytes(FILE *out, const char *text, size_t bytes);

#endif
