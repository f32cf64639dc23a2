/* bank.c - the program that synthetic findings are about: its functions give real addresses, its
 * variables real names. The line numbers of this file stand in the golden reports. */
#include "tests/tools/bank.h"

struct account account = {.name = "joint"};
static int counters[4];

static void *pc_of_caller(void) {
    return __builtin_return_address(0);
}

static int withdraw(struct places *places) {
    account.balance -= 1;
    places->withdraw = pc_of_caller();
    return 0;
}

static int deposit(struct places *places) {
    static int calls;
    calls++;
    account.balance += 1;
    places->deposit = pc_of_caller();
    places->calls = &calls;
    return 0;
}

static int customer(struct places *places) {
    int result = withdraw(places) + deposit(places);
    places->customer = pc_of_caller();
    return result;
}

void visit_bank(struct places *places) {
    customer(places);
    places->visit = pc_of_caller();
    places->counter = &counters[2];
}
