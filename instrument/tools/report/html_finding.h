/* html_finding.h - one finding as a part of the page. */
#ifndef RADDLE_TOOLS_REPORT_HTML_FINDING_H
#define RADDLE_TOOLS_REPORT_HTML_FINDING_H

#include "instrument/tools/report/html_parts.h"

/* What kinds look like: "race", "deadlock" …; "other" for one that is none. A class of html.css. */
const char *html_kind_class(const json_t *finding);
/* The kind as a reader calls it; the finding's own word for one that is none of ours. */
const char *html_kind_name(const json_t *finding);

/* Everything but the line that stands for it. page->anchor is set. */
void html_finding_body(const struct html *page, const json_t *finding);

#endif
