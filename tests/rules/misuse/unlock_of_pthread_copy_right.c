/* Rule    misuse.unlock_of_pthread_copy  [POSIX 2.9.9]
 * Expect  none
 * Why     the copy is only read.
 * Twin    unlock_of_pthread_copy_wrong.c
 */
#include <pthread.h>

struct account {
    pthread_mutex_t mu;
    int balance;
};

struct account account = {.mu = PTHREAD_MUTEX_INITIALIZER};

static int withdraw(struct account *from) {
    from->balance--;
    pthread_mutex_unlock(&from->mu);
    return from->balance;
}

int main(void) {
    pthread_mutex_lock(&account.mu);
    struct account copy = account;
    withdraw(&account);
    copy.balance--;
    return copy.balance - account.balance;
}
