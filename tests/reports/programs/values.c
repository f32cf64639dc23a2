/* A race on a variable of each kind of type: the second task finds what the first has left. */
#include <pthread.h>
#include <stdbool.h>

#include "tests/reports/programs/turns.h"

enum colour { RED, GREEN = 7, BLUE = -1 };
struct pair {
    long a, b;
};
int cells[4]; /* clang makes flags of static ones that only one value is written to */
enum colour known, unknown = RED, negative;
static int number = -42;
static unsigned char small = 200;
static char letter = 'a';
static bool is_on;
static float narrow;
static double ratio = 3;
static int *pointer = &number;
static unsigned long many = -2UL;
static _Atomic short mixed;
static struct config { unsigned ready : 1, level : 5; } config;
static struct pair pair, other;

static void *touch(void *who) {
    turn_begin(*(int *)who);
    number++;
    cells[2] = 9;
    small++;
    letter++;
    is_on = !is_on;
    known = GREEN;
    unknown = (enum colour)5;
    negative = BLUE;
    narrow += 0.1F;
    ratio += 0.5;
    pointer++;
    many++;
    if (*(int *)who == turns_first) {
        *(short *)&mixed = 12;
    } else {
        mixed--;
    }
    config.level ^= 1;
    pair = other;
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
    return config.ready + (int)pair.a;
}
