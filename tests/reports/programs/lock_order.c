/* Two locks in both orders, through one wrapper: threads. */
#include <pthread.h>

#include "tests/reports/programs/turns.h"

struct account {
    pthread_mutex_t lock;
    int balance;
};

static struct account accounts[2] = {{PTHREAD_MUTEX_INITIALIZER, 0},
                                     {PTHREAD_MUTEX_INITIALIZER, 0}};
static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER;

static void lock_up(pthread_mutex_t *lock) {
    pthread_mutex_lock(lock);
}

static void *pay(void *unused) {
    turn_begin(0);
    lock_up(&accounts[0].lock);
    lock_up(&ledger);
    accounts[0].balance++;
    pthread_mutex_unlock(&ledger);
    pthread_mutex_unlock(&accounts[0].lock);
    turn_end(0);
    return unused;
}

static void *report(void *unused) {
    turn_begin(1);
    lock_up(&ledger);
    lock_up(&accounts[0].lock);
    accounts[0].balance--;
    pthread_mutex_unlock(&accounts[0].lock);
    pthread_mutex_unlock(&ledger);
    turn_end(1);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t a, b;
    (void)argv;
    turns_of(argc);
    pthread_create(&a, NULL, pay, NULL);
    pthread_create(&b, NULL, report, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
