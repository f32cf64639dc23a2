/* Rule    misuse.lock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  misuse account
 * Why     the copy is locked since it was made, and nobody else ever unlocks it.
 * Twin    lock_of_pthread_copy_right.c
 */
#include <pthread.h>
#include <time.h>

struct account {
    pthread_mutex_t mu;
    int balance;
};

struct account account = {.mu = PTHREAD_MUTEX_INITIALIZER};

static void pay_in(struct account *to) {
    struct timespec now = {0};
    if (pthread_mutex_timedlock(&to->mu, &now) == 0) {
        to->balance++;
        pthread_mutex_unlock(&to->mu);
    }
}

int main(void) {
    pthread_mutex_lock(&account.mu);
    struct account copy = account;
    pay_in(&copy);
    pthread_mutex_unlock(&account.mu);
    return copy.balance > 1;
}
