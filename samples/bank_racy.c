/* Two withdrawals from one account, and nothing orders them: both may look at the balance before
 * either has taken its money, and the account is overdrawn. Most runs print the right number; the
 * detector finds the race in every run, because it judges order and not luck.
 * bank_fixed.c is the same with a mutex.
 *
 *   raddle-cc bank_racy.c -o bank_racy && run-with-detector ./bank_racy
 *
 * Output (varies):
 *   balance: 20
 * Expect: data-race balance
 */
#include "raddle.h"

#include <stdio.h>

static int balance = 100;

static void withdraw(void *arg) {
    const int *amount = arg;
    if (balance >= *amount) {
        balance -= *amount;
    }
}

int main(void) {
    int rent = 80;
    int dinner = 30;
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, withdraw, &rent);
    rdl_waitgroup_go(&both, withdraw, &dinner);
    rdl_waitgroup_wait(&both);

    printf("balance: %d\n", balance); /* 20 or 70; or -10, and that is the bug */
    return 0;
}
