/* oracle.h - the naive happens-before model the core is compared with.
 *
 * Plain vectors, the full history of every byte, the whole modification order of every atomic: no
 * shortcut of the core is repeated here. Read SEMANTICS HB-M-01, HB-M-03 and HB-C11-02..04 beside it.
 */
#ifndef RADDLE_TESTS_ORACLE_H
#define RADDLE_TESTS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "detector/event.h"

#define ORACLE_TASKS 48
#define ORACLE_BYTES 128 /* program memory of a trace */
#define ORACLE_KEYS  16

enum step_kind {
    STEP_GO, /* task starts `where` */
    STEP_READ,
    STEP_WRITE,
    STEP_ATOMIC_READ, /* an access alone, without an edge */
    STEP_ATOMIC_WRITE,
    STEP_ACQUIRE, /* where: key */
    STEP_RELEASE,
    STEP_MERGE,
    STEP_SWAP,
    STEP_LOAD, /* C11 operations on the atomic at `where` */
    STEP_STORE,
    STEP_RMW,
    STEP_CAS_FAILED,
    STEP_FENCE,
    STEP_NEW, /* where, size: a block is born */
    STEP_FREE,
    STEP_LOCK, /* no edge: the core starts a new segment; where: key */
    STEP_UNLOCK,
    STEP_KINDS
};

struct step {
    uint8_t kind;
    uint8_t task;
    uint8_t where;
    uint8_t size;
    uint8_t order; /* enum ev_order */
    int8_t expect; /* of a committed trace: 1 race, 0 none, -1 not said */
};

struct oracle;

struct oracle *oracle_new(void);
void oracle_reset(struct oracle *o);
/* Does the step; whether it races with an earlier one on a byte of [where, where + size). */
bool oracle_step(struct oracle *o, const struct step *s);
/* The size of the block that STEP_FREE would free; 0: none. */
uint8_t oracle_block(const struct oracle *o, uint8_t where);

#endif
