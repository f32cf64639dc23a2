/* html_lanes.c - lanes and rows as SVG. */
#include "instrument/tools/report/html_lanes.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/pieces.h"

/* In pixels, which a reader may scale. A lane's texts stand to the right of its line. */
enum {
    LEFT = 22,
    PITCH = 232,
    ROW = 50,
    TOP = 26,
    BOX_WIDTH = 200,
    BOX_HEIGHT = 32,
    BOX_INDENT = 14, /* of the lane's line in its box */
    GAP = 14,        /* between a line and its texts */
    HALF_BAR = 5,    /* of a lock that is held */
    BELOW_TEXT = 22, /* of a row */
};

enum { LONGEST_LABEL = 23, LONGEST_TEXT = 28, LONGEST_PLACE = 33 }; /* characters that fit */

/* -- building -- */

size_t lanes_add(struct lanes *lanes, const json_t *task, json_int_t serial, const char *label) {
    if (lanes->n == LANES_AT_MOST) {
        return LANES_AT_MOST;
    }
    lanes->all[lanes->n] = (struct lane){.task = task, .label = label, .serial = serial};
    return lanes->n++;
}

size_t lanes_find(const struct lanes *lanes, json_int_t serial) {
    for (size_t i = 0; i < lanes->n; i++) {
        if (lanes->all[i].serial == serial) {
            return i;
        }
    }
    return LANES_AT_MOST;
}

struct lane_row *lanes_row(struct lanes *lanes, enum lane_deed deed, size_t lane) {
    if (lanes->n_rows < LANE_ROWS_AT_MOST) {
        lanes->n_rows++;
    }
    struct lane_row *row = &lanes->rows[lanes->n_rows - 1];
    *row = (struct lane_row){.deed = deed, .lane = lane, .to = lane};
    return row;
}

/* -- where things are -- */

/* Row 0 is below the row of boxes. */
static int row_y(size_t row) {
    return TOP + ROW * (int)(row + 1);
}

static int lane_x(size_t lane) {
    return LEFT + PITCH * (int)lane;
}

static int box_y(const struct lane *lane) {
    return lane->begins == 0 ? TOP : row_y(lane->begins - 1);
}

static int bottom(const struct lanes *lanes) {
    if (lanes->n_rows != 0 && lanes->rows[lanes->n_rows - 1].deed == LANE_EXIT) {
        return row_y(lanes->n_rows - 1);
    }
    return row_y(lanes->n_rows) - ROW / 3;
}

static int lane_end(const struct lanes *lanes, const struct lane *lane) {
    return lane->ends == 0 ? bottom(lanes) : row_y(lane->ends - 1);
}

/* -- lines -- */

/* From the row of a wait on a lane is dashed: nothing happens there any more. */
static int wait_y(const struct lanes *lanes, size_t lane) {
    for (size_t i = 0; i < lanes->n_rows; i++) {
        if (lanes->rows[i].deed == LANE_WAITS && lanes->rows[i].lane == lane) {
            return row_y(i);
        }
    }
    return lane_end(lanes, &lanes->all[lane]);
}

static void draw_line(const struct html *page, const struct lanes *lanes, size_t at) {
    const struct lane *lane = &lanes->all[at];
    int x = lane_x(at), from = box_y(lane) + BOX_HEIGHT / 2;
    int wait = wait_y(lanes, at), end = lane_end(lanes, lane);
    fprintf(page->out, "<path class=\"lane\" d=\"M%d %dV%d\"/>\n", x, from, wait);
    if (wait < end) {
        fprintf(page->out, "<path class=\"lane idle\" d=\"M%d %dV%d\"/>\n", x, wait, end);
    }
    if (lane->ends != 0) {
        fprintf(page->out, "<path class=\"lane end\" d=\"M%d %dh16\"/>\n", x - 8, end);
    }
}

static void draw_box(const struct html *page, const struct lanes *lanes, size_t at) {
    const struct lane *lane = &lanes->all[at];
    int x = lane_x(at) - BOX_INDENT, y = box_y(lane) - BOX_HEIGHT / 2;
    const char *name = json_string_value(json_object_get(lane->task, "name"));
    fprintf(page->out,
            "<rect class=\"task\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"7\"/>"
            "<text class=\"name\" x=\"%d\" y=\"%d\">",
            x, y, BOX_WIDTH, BOX_HEIGHT, x + BOX_INDENT, y + 21);
    size_t label = html_bytes_of(lane->label, LONGEST_LABEL);
    html_clipped(page->out, lane->label, LONGEST_LABEL);
    if (name != NULL && label + 5 < LONGEST_LABEL) {
        fputs(" “", page->out);
        html_clipped(page->out, name, LONGEST_LABEL - label - 3);
        fputs("”", page->out);
    }
    fputs("</text>\n", page->out);
}

static void draw_bars(const struct html *page, const struct lanes *lanes) {
    for (size_t i = 0; i < lanes->n_rows; i++) {
        const struct lane_row *row = &lanes->rows[i];
        if (row->deed == LANE_LOCKS) {
            int end = row->until == 0 ? bottom(lanes) : row_y(row->until) + 16;
            fprintf(
                page->out,
                "<rect class=\"held\" x=\"%d\" y=\"%d\" width=\"10\" height=\"%d\" rx=\"5\"/>\n",
                lane_x(row->lane) - 5, row_y(i) - 5, end - row_y(i) + 5);
        }
    }
}

/* The row of the access of `lane`. */
static size_t access_row(const struct lanes *lanes, size_t lane) {
    for (size_t i = 0; i < lanes->n_rows; i++) {
        if (lanes->rows[i].deed == LANE_ACCESS && lanes->rows[i].lane == lane) {
            return i;
        }
    }
    return 0;
}

/* What would have to be there, broken off in the middle. */
static void draw_no_path(const struct html *page, const struct lanes *lanes, size_t at) {
    const struct lane_row *row = &lanes->rows[at];
    int from = lane_x(row->lane), to = lane_x(row->to), y = row_y(at), middle = (from + to) / 2;
    fprintf(page->out, "<path class=\"missing\" d=\"M%d %dV%dH%dV%d\"/>\n", from,
            row_y(access_row(lanes, row->lane)), y, to, row_y(access_row(lanes, row->to)));
    fprintf(page->out,
            "<circle class=\"cross\" cx=\"%d\" cy=\"%d\" r=\"10\"/>"
            "<path class=\"cross\" d=\"M%d %dl8 8m0 -8l-8 8\"/>\n",
            middle, y, middle - 4, y - 4);
}

/* Level, from one lane to another, or to its box. */
static void draw_arrow(const struct html *page, const struct lane_row *row, int y) {
    bool starts = row->deed == LANE_STARTS;
    int from = lane_x(row->lane), to = lane_x(row->to);
    bool right = from < to;
    int tip = right ? to - (starts ? BOX_INDENT : 0) : to + (starts ? BOX_WIDTH - BOX_INDENT : 0);
    fprintf(
        page->out,
        "<path class=\"%s\" d=\"M%d %dH%d\"/><path class=\"%s head\" d=\"M%d %dl%d -5v10z\"/>\n",
        starts ? "starts" : "learns", from, y, right ? tip - 6 : tip + 6,
        starts ? "starts" : "learns", tip, y, right ? -9 : 9);
}

/* From a wait to the lane of who holds what it waits for, below its words. */
static void draw_wait(const struct html *page, const struct lane_row *row, int y) {
    int from = lane_x(row->lane), to = lane_x(row->to);
    bool right = from < to;
    int tip = right ? to - HALF_BAR : to + HALF_BAR;
    fprintf(page->out,
            "<path class=\"waits possible\" d=\"M%d %dV%dH%d\"/>"
            "<path class=\"waits head\" d=\"M%d %dl%d -5v10z\"/>\n",
            from, y + 8, y + BELOW_TEXT, right ? tip - 6 : tip + 6, tip, y + BELOW_TEXT,
            right ? -9 : 9);
}

static void draw_lines(const struct html *page, const struct lanes *lanes) {
    for (size_t i = 0; i < lanes->n; i++) {
        draw_line(page, lanes, i);
    }
    draw_bars(page, lanes);
    for (size_t i = 0; i < lanes->n_rows; i++) {
        const struct lane_row *row = &lanes->rows[i];
        if (row->deed == LANE_NO_PATH) {
            draw_no_path(page, lanes, i);
        } else if (row->deed == LANE_STARTS || row->deed == LANE_LEARNS) {
            draw_arrow(page, row, row_y(i));
        } else if (row->deed == LANE_WAITS && row->to != row->lane) {
            draw_wait(page, row, row_y(i));
        } else if (row->deed == LANE_EXIT) {
            fprintf(page->out, "<path class=\"exit\" d=\"M4 %dH%d\"/>\n", row_y(i),
                    lane_x(lanes->n) - 20);
        }
    }
    for (size_t i = 0; i < lanes->n; i++) {
        draw_box(page, lanes, i);
    }
}

/* -- moments -- */

static void draw_mark(const struct html *page, const struct lane_row *row, int x, int y) {
    switch (row->deed) {
    case LANE_ACCESS:
        fprintf(page->out,
                "<circle class=\"access\" cx=\"%d\" cy=\"%d\" r=\"11\"/>"
                "<text class=\"number\" x=\"%d\" y=\"%d\">%zu</text>",
                x, y, x, y + 4, row->number);
        break;
    case LANE_WAITS:
        fprintf(page->out, "<circle class=\"waits\" cx=\"%d\" cy=\"%d\" r=\"8\"/>", x, y);
        break;
    case LANE_LOCKS:
        fprintf(page->out, "<circle class=\"locks\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x, y);
        break;
    case LANE_STARTS:
    case LANE_LEARNS:
    case LANE_NOTES:
        fprintf(page->out, "<circle class=\"moment\" cx=\"%d\" cy=\"%d\" r=\"4\"/>", x, y);
        break;
    default:
        break;
    }
}

static void print_deed(const struct html *page, const struct lane_row *row) {
    html_marked(page->out, row->text, LONGEST_TEXT, "tspan class=\"code\"");
    size_t used = html_bytes_of(row->text, LONGEST_TEXT);
    if (row->what != NULL && used + 4 < LONGEST_TEXT) {
        fputc(' ', page->out);
        bool sentence = strpbrk(row->what, "` ") != NULL; /* else it is a name */
        fputs(sentence ? "" : "<tspan class=\"code\">", page->out);
        html_marked(page->out, row->what, LONGEST_TEXT - used - 1, "tspan class=\"code\"");
        fputs(sentence ? "" : "</tspan>", page->out);
    }
}

static void print_place(const struct html *page, const json_t *stack, size_t most) {
    char *place = piece_frame_place(piece_user_frame(stack));
    html_clipped_front(page->out, place, most);
    free(place);
}

/* Two lines: what, and where; beside the mark, or on both sides of an arrow. */
static void draw_texts(const struct html *page, const struct lane_row *row, int x, int y) {
    bool level = row->deed == LANE_STARTS || row->deed == LANE_LEARNS;
    bool alone = row->stack == NULL && !level;
    fprintf(page->out, "<text class=\"deed\" x=\"%d\" y=\"%d\">", x, alone ? y + 4 : y - 4);
    print_deed(page, row);
    fputs("</text>", page->out);
    if (row->stack != NULL) {
        fprintf(page->out, "<text class=\"at\" x=\"%d\" y=\"%d\">", x, level ? y + 15 : y + 12);
        print_place(page, row->stack, LONGEST_PLACE);
        fputs("</text>", page->out);
    }
}

static void draw_no_path_texts(const struct html *page, const struct lane_row *row, int y) {
    int middle = (lane_x(row->lane) + lane_x(row->to)) / 2;
    fprintf(page->out,
            "<text class=\"missing\" x=\"%d\" y=\"%d\">no path</text>"
            "<text class=\"at middle\" x=\"%d\" y=\"%d\">",
            middle, y - 15, middle, y + 24);
    html_clipped(page->out, row->text, LONGEST_PLACE + 3);
    fputs("</text>\n", page->out);
}

/* "main starts goroutine 2 at bank.c:29" for who listens. */
static void say_row(const struct html *page, const struct lanes *lanes,
                    const struct lane_row *row) {
    if (row->deed == LANE_EXIT) {
        html_clipped(page->out, row->text, HTML_LONGEST_NAME);
        return;
    }
    html_clipped(page->out, lanes->all[row->lane].label, HTML_LONGEST_NAME);
    fputs(row->deed == LANE_NO_PATH ? ": no path to " : " ", page->out);
    if (row->deed != LANE_NO_PATH) {
        html_clipped(page->out, row->text, HTML_LONGEST_NAME);
    }
    if (row->what != NULL) {
        fputc(' ', page->out);
        html_clipped(page->out, row->what, HTML_LONGEST_NAME);
    }
    if (row->to != row->lane) {
        fputs(row->deed == LANE_LEARNS    ? " to "
              : row->deed == LANE_NO_PATH ? ""
              : row->deed == LANE_WAITS   ? ", held by "
                                          : " ",
              page->out);
        html_clipped(page->out, lanes->all[row->to].label, HTML_LONGEST_NAME);
    }
    if (row->stack != NULL) {
        fputs(" at ", page->out);
        print_place(page, row->stack, HTML_LONGEST_NAME);
    }
}

/* A row that a card tells more of is a link to it. */
static void draw_row(const struct html *page, const struct lanes *lanes, size_t at) {
    const struct lane_row *row = &lanes->rows[at];
    int x = lane_x(row->lane), y = row_y(at);
    if (row->deed == LANE_NO_PATH) {
        draw_no_path_texts(page, row, y);
        return;
    }
    if (row->part != NULL) {
        fprintf(page->out, "<a href=\"#%s-%s-%zu\" aria-label=\"", page->anchor, row->part,
                row->number);
        say_row(page, lanes, row);
        fprintf(page->out,
                "\"><rect class=\"hit\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"/>",
                x - 16, y - 20, PITCH - 12, 40);
    }
    draw_mark(page, row, x, y);
    draw_texts(page, row, x + GAP + (row->deed == LANE_ACCESS ? 4 : 0),
               row->deed == LANE_EXIT ? y - 12 : y);
    fputs(row->part != NULL ? "</a>\n" : "\n", page->out);
}

void lanes_draw(const struct html *page, const struct lanes *lanes) {
    int width = lane_x(lanes->n) - 12, height = bottom(lanes) + 10;
    fprintf(page->out,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"group\" aria-label=\"",
            width, height, width, height);
    for (size_t i = 0; i < lanes->n_rows; i++) {
        say_row(page, lanes, &lanes->rows[i]);
        fputs(i + 1 < lanes->n_rows ? "; " : "", page->out);
    }
    fputs("\">\n", page->out);
    draw_lines(page, lanes);
    for (size_t i = 0; i < lanes->n_rows; i++) {
        draw_row(page, lanes, i);
    }
    fputs("</svg>\n", page->out);
}
