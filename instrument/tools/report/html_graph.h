/* html_graph.h - who waits for whom, as a graph.
 *
 * A circle is drawn as one: tasks and what they wait for by turns, down on the left and up on the right.
 * Tasks outside it stand below, each beside what it waits for. An edge is one that the model has: a wait,
 * a lock that is held, the task that alone could end a wait.
 */
#ifndef RADDLE_TOOLS_REPORT_HTML_GRAPH_H
#define RADDLE_TOOLS_REPORT_HTML_GRAPH_H

#include "instrument/tools/report/html_parts.h"

/* Of a deadlock; nothing when no task waits. */
void html_wait_graph(const struct html *page, const json_t *finding);
/* Of a lock order. */
void html_order_graph(const struct html *page, const json_t *finding);

#endif
