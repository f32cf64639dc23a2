/* Rule    misuse.unlock_of_a_copy  [MU-10]
 * Expect  none
 * Why     the copy is only read.
 * Twin    unlock_of_a_copy_wrong.c
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
    withdraw(&account);
    return rdl_mutex_trylock(&account.mu) ? copy.balance : 0;
}
