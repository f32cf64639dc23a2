/* bank.c - somebody else's library, with a race that its tests do not notice. */
#include "bank.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long balance, visits;

void bank_deposit(long amount) {
    balance += amount;
}

void bank_visit(void) {
    pthread_mutex_lock(&lock);
    visits++;
    pthread_mutex_unlock(&lock);
}
