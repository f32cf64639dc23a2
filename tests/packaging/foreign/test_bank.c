/* test_bank.c - two threads deposit, or visit. */
#include "bank.h"

#include <pthread.h>
#include <string.h>

static void *deposit(void *unused) {
    bank_deposit(10);
    return unused;
}

static void *visit(void *unused) {
    bank_visit();
    return unused;
}

int main(int argc, char **argv) {
    void *(*customer)(void *) = argc > 1 && strcmp(argv[1], "deposit") == 0 ? deposit : visit;
    pthread_t other;
    pthread_create(&other, 0, customer, 0);
    customer(0);
    return pthread_join(other, 0);
}
