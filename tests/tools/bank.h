/* bank.h - addresses inside bank.c. */
#ifndef RADDLE_TESTS_TOOLS_BANK_H
#define RADDLE_TESTS_TOOLS_BANK_H

struct account {
    const char *name;
    struct {
        int low, high;
    } limits[2];
    long balance;
};
extern struct account account;

/* Return addresses in the functions of their names, and addresses of hidden variables. */
struct places {
    void *withdraw, *deposit, *customer, *visit;
    int *counter, *calls;
};

void visit_bank(struct places *places);
void visit_nowhere(struct places *places);

#endif
