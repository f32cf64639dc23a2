/* A race on each part of a structure that has no address of its own, or no end: bit-fields, which compilers touch alone
 * or with those beside them, and an array that goes on behind its structure. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

static struct config {
    unsigned ready : 1, stop : 1;
    int between[6];
    unsigned mode : 3, level : 5;
} config;
static struct wide {
    unsigned low : 20, high : 20, last : 20;
    char next;
} wide, beside;
static struct { unsigned odd : 17; } lone;
static union { unsigned narrow : 3, broad : 5; } either;
struct list {
    int n;
    int items[];
} list = {2, {1, 2}};

static void *touch(void *who) {
    static struct list inner = {1, {1}};
    __asm__("" : : "r"(&inner)); /* or clang makes a variable of each member */
    turn_begin(*(int *)who);
    config.stop ^= 1;
    config.level ^= 1;
    wide.high ^= 1;
    beside.next ^= 1;
    lone.odd ^= 1;
    either.broad ^= 1;
    list.items[1]++;
    inner.items[0]++;
    turn_end(*(int *)who);
    return who;
}

int main(int argc, char **argv) {
    pthread_t threads[2];
    int numbers[] = {0, 1};
    (void)argv;
    turns_of(argc);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, touch, &numbers[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    return config.ready + config.mode;
}
