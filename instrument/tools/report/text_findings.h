/* text_findings.h - one finding of the model as text, a kind each. */
#ifndef RADDLE_TOOLS_REPORT_TEXT_FINDINGS_H
#define RADDLE_TOOLS_REPORT_TEXT_FINDINGS_H

#include "instrument/tools/report/text_parts.h"

void text_race(const struct page *page, const json_t *finding);
void text_order(const struct page *page, const json_t *finding);
/* A deadlock, leak or time-out: `heading` stands at the top, `what` in the last line. */
void text_tasks(const struct page *page, const json_t *finding, const char *heading,
                const char *what);
/* A misuse or panic, likewise. */
void text_message(const struct page *page, const json_t *finding, const char *heading,
                  const char *what);

/* All tasks of a process that goes on: many, so without their source. */
void text_dump(const struct page *page, const json_t *dump);

#endif
