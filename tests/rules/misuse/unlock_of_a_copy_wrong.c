/* Rule    misuse.unlock_of_a_copy  [MU-10]
 * Expect  misuse account
 * Why     the copy is unlocked, and the account stays locked.
 * Twin    unlock_of_a_copy_right.c
 */
#include <raddle.h>

struct account {
    rdl_mutex mu;
    int balance;
};

struct account account;

static int withdraw(struct account *from) {
    from->balance--;
    rdl_mutex_unlock(&from->mu);
    return from->balance;
}

int main(void) {
    rdl_mutex_lock(&account.mu);
    struct account copy = account;
    withdraw(&copy);
    return rdl_mutex_trylock(&account.mu) ? copy.balance : 0;
}
