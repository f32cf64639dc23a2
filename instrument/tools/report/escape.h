/* escape.h - text of programs inside of what others interpret.
 *
 * Names, messages and paths come from the program under test: whatever stands in them, a reader of
 * the format gets it as text, and nothing of it as markup or as a command.
 */
#ifndef RADDLE_TOOLS_REPORT_ESCAPE_H
#define RADDLE_TOOLS_REPORT_ESCAPE_H

#include <jansson.h>
#include <stdio.h>

/* An attribute of XML 1.0 and HTML. What XML cannot hold at all becomes U+FFFD. */
void escape_attribute(FILE *out, const char *text);
/* Content of it, whose line breaks stay. */
void escape_content(FILE *out, const char *text);
/* A run of text in a line or cell of a table of GitHub's Markdown. */
void escape_markdown(FILE *out, const char *text);
/* The message of a workflow command of GitHub. */
void escape_command(FILE *out, const char *text);
/* The value of a property of such a command. */
void escape_property(FILE *out, const char *text);
/* The text with line breaks, escapes and other control characters but tabs spelt out, and those that turn the
 * direction of text: a terminal and a log of CI would act on them. A new string. */
char *escape_text(const char *text);
/* The same JSON with each of its texts so; members called `but` stay as they are. A new reference. */
json_t *escape_controls(const json_t *json, const char *but);
/* A path as part of a URI; a new string. */
char *escape_uri(const char *path);

#endif
