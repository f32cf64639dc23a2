#ifndef BANK_H
#define BANK_H
void bank_deposit(long amount);
void bank_visit(void);
#endif
