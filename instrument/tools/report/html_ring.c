/* html_ring.c - boxes and arrows. */
#include "instrument/tools/report/html_ring.h"

#include <stdlib.h>

#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/pieces.h"

enum { ROW = 92 };
enum { LONGEST_LABEL = 22, LONGEST_NOTE = 28 }; /* characters that fit */

/* -- boxes -- */

/* The second line. */
static void print_note(const struct html *page, const struct node *node) {
    size_t used = 0;
    if (node->note != NULL) {
        used = html_bytes_of(node->note, LONGEST_NOTE);
        html_clipped(page->out, node->note, LONGEST_NOTE);
        fputc(' ', page->out);
    }
    if (node->stack != NULL && used + 5 < LONGEST_NOTE) {
        char *place = piece_frame_place(piece_user_frame(node->stack));
        html_clipped_front(page->out, place, LONGEST_NOTE - used - 1);
        free(place);
    }
}

static void draw_box_texts(const struct html *page, const struct node *node, int x, int y) {
    bool noted = node->note != NULL || node->stack != NULL;
    fprintf(page->out, "<text class=\"name\" x=\"%d\" y=\"%d\">", x + 14, y + (noted ? 20 : 28));
    html_marked(page->out, node->label, LONGEST_LABEL, "tspan class=\"code\"");
    size_t used = html_bytes_of(node->label, LONGEST_LABEL);
    if (node->name != NULL && used + 5 < LONGEST_LABEL) {
        fputs(" “", page->out);
        html_clipped(page->out, node->name, LONGEST_LABEL - used - 3);
        fputs("”", page->out);
    }
    fputs("</text>", page->out);
    if (noted) {
        fprintf(page->out, "<text class=\"at\" x=\"%d\" y=\"%d\">", x + 14, y + 37);
        print_note(page, node);
        fputs("</text>", page->out);
    }
}

void node_draw(const struct html *page, const struct node *node, int x, int y) {
    if (node->part != NULL) {
        fprintf(page->out, "<a href=\"#%s-%s-%zu\" aria-label=\"", page->anchor, node->part,
                node->number);
        html_clipped(page->out, node->label, HTML_LONGEST_NAME);
        fprintf(page->out,
                ": its stack\"><rect class=\"hit\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                "rx=\"11\"/>",
                x - 4, y - 4, NODE_WIDTH + 8, NODE_HEIGHT + 8);
    }
    fprintf(page->out,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"/>",
            node->is_task ? "task" : "object", x, y, NODE_WIDTH, NODE_HEIGHT,
            node->is_task ? 8 : NODE_HEIGHT / 2);
    draw_box_texts(page, node, x + (node->is_task ? 0 : 6), y);
    fputs(node->part != NULL ? "</a>\n" : "\n", page->out);
}

/* -- the circle -- */

static size_t ring_rows(const struct ring *ring) {
    return (ring->n + 1) / 2;
}

static void place_of(const struct ring *ring, size_t i, int *x, int *y) {
    size_t rows = ring_rows(ring);
    bool left = i < rows;
    *x = RING_LEFT + (left ? 0 : NODE_WIDTH + NODES_BETWEEN);
    *y = RING_TOP + ROW * (int)(left ? i : 2 * rows - 1 - i);
}

static void draw_edge(const struct html *page, const char *class, const char *path, int x, int y,
                      const char *head) {
    fprintf(page->out, "<path class=\"%s\" d=\"%s\"/><path class=\"%s head\" d=\"M%d %d%s\"/>\n",
            class, path, class, x, y, head);
}

static void draw_label(const struct html *page, const char *label, bool middle, int x, int y) {
    fprintf(page->out, "<text class=\"edge%s\" x=\"%d\" y=\"%d\">", middle ? " middle" : "", x, y);
    html_clipped(page->out, label, LONGEST_NOTE);
    fputs("</text>\n", page->out);
}

static const char head_left[] = "l9 -5v10z", head_right[] = "l-9 -5v10z";
static const char head_down[] = "l-5 -9h10z", head_up[] = "l-5 9h10z";

/* From the i-th box to the next: down, across, up, and back. */
static void draw_ring_edge(const struct html *page, const struct ring *ring, size_t i) {
    const char *class = ring->possible ? "waits possible" : "waits";
    const char *label = ring->nodes[i].edge;
    int x, y, to_x, to_y;
    char path[96];
    place_of(ring, i, &x, &y);
    place_of(ring, (i + 1) % ring->n, &to_x, &to_y);
    int middle = y + NODE_HEIGHT / 2, shift = ring->n == 2 ? (i == 0 ? -8 : 8) : 0;
    int centre = x + NODE_WIDTH / 2;
    if (x == to_x && y < to_y) {
        snprintf(path, sizeof path, "M%d %dV%d", centre, y + NODE_HEIGHT, to_y - 6);
        draw_edge(page, class, path, centre, to_y, head_down);
        draw_label(page, label, false, centre + 10, (y + NODE_HEIGHT + to_y) / 2 + 4);
    } else if (x == to_x) {
        snprintf(path, sizeof path, "M%d %dV%d", centre, y, to_y + NODE_HEIGHT + 6);
        draw_edge(page, class, path, centre, to_y + NODE_HEIGHT, head_up);
        draw_label(page, label, false, centre + 10, (y + to_y + NODE_HEIGHT) / 2 + 4);
    } else if (x < to_x) {
        snprintf(path, sizeof path, "M%d %dH%d", x + NODE_WIDTH, middle + shift, to_x - 6);
        draw_edge(page, class, path, to_x, middle + shift, head_right);
        draw_label(page, label, true, (x + NODE_WIDTH + to_x) / 2, middle + shift - 7);
    } else {
        int back = to_y + NODE_HEIGHT / 2 + shift;
        if (y == to_y) {
            snprintf(path, sizeof path, "M%d %dH%d", x, back, to_x + NODE_WIDTH + 6);
        } else {
            snprintf(path, sizeof path, "M%d %dV%dH%d", centre, y, back, to_x + NODE_WIDTH + 6);
        }
        draw_edge(page, class, path, to_x + NODE_WIDTH, back, head_left);
        draw_label(page, label, true, (x + to_x + NODE_WIDTH) / 2, back + (shift != 0 ? 16 : -7));
    }
}

int ring_height(const struct ring *ring) {
    return ring->n == 0 ? 0 : ROW * ((int)ring_rows(ring) - 1) + NODE_HEIGHT;
}

void ring_draw(const struct html *page, const struct ring *ring) {
    for (size_t i = 0; i < ring->n; i++) {
        draw_ring_edge(page, ring, i);
    }
    for (size_t i = 0; i < ring->n; i++) {
        int x, y;
        place_of(ring, i, &x, &y);
        node_draw(page, &ring->nodes[i], x, y);
    }
}

void ring_say(const struct html *page, const struct ring *ring) {
    for (size_t i = 0; i < ring->n; i++) {
        html_clipped(page->out, ring->nodes[i].label, HTML_LONGEST_NAME);
        fprintf(page->out, " %s ", ring->nodes[i].edge);
    }
    html_clipped(page->out, ring->n == 0 ? "" : ring->nodes[0].label, HTML_LONGEST_NAME);
}

void ring_add(struct ring *ring, const struct node *node) {
    if (ring->n < RING_AT_MOST) {
        ring->nodes[ring->n++] = *node;
    }
}

void arrow_draw(const struct html *page, const char *path, int x, int y) {
    draw_edge(page, "waits", path, x, y, head_right);
}

void arrow_label(const struct html *page, const char *label, int x, int y) {
    draw_label(page, label, true, x, y);
}
