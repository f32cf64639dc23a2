/* Two threads race on members of heap blocks that are known: two of one type by the variables that hold them, elements of
 * arrays, an array that goes on behind its structure, what another function allocates, and by way of one that wraps malloc. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/reports/programs/turns.h"

struct account {
    long balance;
    unsigned open : 1, closed : 1;
    struct {
        int low, high;
    } limits[2];
};
typedef struct {
    size_t n;
    int items[];
} list_t;
struct node {
    struct node *next;
    double weight;
};
struct work {
    struct account *mine, *yours, *table;
    list_t *list;
    struct node *node;
    long *cells;
    int who;
};

static void *must_have(size_t bytes) {
    void *block = malloc(bytes);
    if (block == NULL) {
        abort();
    }
    return memset(block, 0, bytes);
}

static struct node *node_new(void) {
    struct node *node;
    node = must_have(sizeof *node);
    node->weight = 1;
    return node;
}

static void *touch(void *argument) {
    struct work *work = argument;
    turn_begin(work->who);
    work->mine->balance++;
    work->mine->limits[1].high++;
    work->mine->closed ^= 1;
    work->yours->balance++;
    work->table[1 + work->who / 2].balance++;
    work->table[2].balance++;
    work->list->items[3]++;
    work->node->weight *= 2;
    work->cells[4]++;
    turn_end(work->who);
    return argument;
}

int main(int argc, char **argv) {
    struct work works[2];
    pthread_t threads[2];
    struct account *mine = calloc(1, sizeof *mine);
    struct account *yours = calloc(1, sizeof *yours);
    struct account *table = must_have(4 * sizeof *table);
    list_t *list = must_have(sizeof *list + 5 * sizeof list->items[0]);
    long *cells = calloc(5, sizeof *cells);
    struct node *node = node_new();
    (void)argv;
    turns_of(argc);
    for (int i = 0; i < 2; i++) {
        works[i] = (struct work){mine, yours, table, list, node, cells, i};
        pthread_create(&threads[i], NULL, touch, &works[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    return mine->balance == 2 ? 0 : 1;
}
