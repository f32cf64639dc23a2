/* text_columns.h - two parts of a report side by side, where the terminal is wide enough for both. */
#ifndef RADDLE_TOOLS_REPORT_TEXT_COLUMNS_H
#define RADDLE_TOOLS_REPORT_TEXT_COLUMNS_H

#include "instrument/tools/report/text_parts.h"

/* print() prints one of the two; where page->room is too little for a line it makes it shorter, as far as nothing is
 * lost that matters. False: they do not fit even so, and nothing was printed. */
bool columns_print(const struct page *page, page_printer *print, const void *left,
                   const void *right);

#endif
