/* Two threads race on memory of each kind, which is a third one's: a variable of the program and one of that thread,
 * what it allocated, and its stack. */
#include <pthread.h>
#include <stdlib.h>

#include "tests/reports/programs/turns.h"

static struct { int before[6], counts[6]; } table;
static __thread int own;
static int *mine[3];

static void *touch(void *who) {
    turn_begin(*(int *)who);
    table.counts[1]++;
    ++*mine[0];
    ++*mine[1];
    ++*mine[2];
    turn_end(*(int *)who);
    return who;
}

static void *owner(void *unused) {
    pthread_t threads[2];
    int numbers[] = {0, 1}, local = 0;
    mine[0] = &own;
    mine[1] = malloc(8);
    mine[1][0] = 0;
    mine[2] = &local;
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, touch, &numbers[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    free(mine[1]);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t thread;
    turns_of(argc);
    if (argc > 2 && argv[2][0] == 'm') {
        owner(NULL);
        return 0;
    }
    pthread_create(&thread, NULL, owner, NULL);
    return pthread_join(thread, NULL);
}
