/* with_criterion.c - two tests of Criterion, which runs each in a process of its own. */
#include "work.h"

#include <criterion/criterion.h>

Test(bank, deposits_race) {
    two_deposits(0);
    cr_assert(balance > 0);
}

Test(bank, deposits_are_locked) {
    two_deposits(1);
    cr_assert(balance == 2);
}
