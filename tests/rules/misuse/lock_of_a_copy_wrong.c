/* Rule    misuse.lock_of_a_copy  [MU-10]
 * Expect  misuse account
 * Also    deadlock
 * Why     the copy was made while the account was locked, and nobody ever unlocks it.
 * Twin    lock_of_a_copy_right.c
 */
#include <raddle.h>

struct account {
    rdl_mutex mu;
    int balance;
};

struct account account;

static void pay_in(void *arg) {
    struct account *to = arg;
    rdl_mutex_lock(&to->mu);
    to->balance++;
    rdl_mutex_unlock(&to->mu);
}

int main(void) {
    rdl_mutex_lock(&account.mu);
    struct account copy = account;
    rdl_mutex_unlock(&account.mu);
    pay_in(&copy);
    return copy.balance;
}
