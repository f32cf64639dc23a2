/* A member of an array of structures, a variable that is static in a function, and one for each
 * thread that is handed on: threads. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

struct account {
    int owner;
    long balance[3];
};

static struct account accounts[2];
static pthread_mutex_t audit_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local int cursor;
static int *main_cursor;

static inline void add(long *to, long amount) {
    *to += amount;
}

static inline void book(struct account *account, long amount) {
    add(&account->balance[2], amount);
}

static int next_number(void) {
    static int numbers;
    return ++numbers;
}

static void *deposit(void *unused) {
    turn_begin(0);
    book(&accounts[1], 5);
    *main_cursor += next_number();
    turn_end(0);
    return unused;
}

static void *audit(void *unused) {
    turn_begin(1);
    pthread_mutex_lock(&audit_lock);
    accounts[1].owner = accounts[1].balance[2] > 0;
    *main_cursor += next_number();
    pthread_mutex_unlock(&audit_lock);
    turn_end(1);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t a, b;
    (void)argv;
    turns_of(argc);
    main_cursor = &cursor;
    pthread_create(&a, NULL, deposit, NULL);
    pthread_create(&b, NULL, audit, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return accounts[1].owner + *main_cursor < 9 ? 0 : 1;
}
