/* Two withdrawals from one account, one at a time: looking at the balance and taking the money is
 * one step under the mutex, so the account is never overdrawn. bank_racy.c is the same without.
 *
 *   raddle-cc bank_fixed.c -o bank_fixed && run-with-detector ./bank_fixed
 *
 * Output (varies):
 *   balance: 20
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static rdl_mutex account;
static int balance = 100; /* guarded by account */

static void withdraw(void *arg) {
    const int *amount = arg;
    rdl_mutex_lock(&account);
    if (balance >= *amount) {
        balance -= *amount;
    }
    rdl_mutex_unlock(&account);
}

int main(void) {
    int rent = 80;
    int dinner = 30;
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, withdraw, &rent);
    rdl_waitgroup_go(&both, withdraw, &dinner);
    rdl_waitgroup_wait(&both);

    printf("balance: %d\n", balance); /* 20 or 70: who comes second goes without */
    return balance == 20 || balance == 70 ? 0 : 1;
}
