/* Blocks of one function that no declaration tells apart: by the order of the calls, whichever copy of the function made them. */
#include <pthread.h>
#include <stdlib.h>

#include "tests/reports/programs/turns.h"

struct work {
    char *names, *marks, *rest, *more;
    int who;
};

static void *must_have(size_t bytes) {
    void *block = malloc(bytes);
    if (block == NULL) {
        abort();
    }
    return block;
}

static void begin(struct work *work, int n) {
    work->names = calloc(8, 1);
    if (n > 100) {
        work->marks = NULL;
        return;
    }
    work->marks = calloc(8, 1);
    work->rest = must_have(8);
    work->more = malloc(8);
}

static void *touch(void *argument) {
    struct work *work = argument;
    turn_begin(work->who);
    work->names[3]++;
    work->marks[3]++;
    work->rest[3]++;
    work->more[3]++;
    turn_end(work->who);
    return argument;
}

int main(int argc, char **argv) {
    struct work works[2];
    pthread_t threads[2];
    (void)argv;
    turns_of(argc);
    begin(&works[0], argc);
    works[1] = works[0];
    for (int i = 0; i < 2; i++) {
        works[i].who = i;
        pthread_create(&threads[i], NULL, touch, &works[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
