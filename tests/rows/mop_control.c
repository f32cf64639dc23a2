/* Rule    rows.mop-control  [Go race tests mop_test: control flow and operators]
 * Expect  rows
 * Why     what a branch does not reach is not read, what a condition reads is.
 */
#include "rows.h"

/* Values that the compiler does not know. */
static __attribute__((noinline)) int unknown_zero(void) {
    int zero = 0;
    __asm__ volatile("" : "+r"(zero));
    return zero;
}
static __attribute__((noinline)) bool tap(bool value) {
    __asm__ volatile("" : "+r"(value));
    return value;
}

int no_case;
PART(NoRaceCase_task) {
    switch (no_case) {
    case 0:
        no_case = 1;
        break;
    default:
        no_case = 2;
    }
    tell();
}
ROW(NoRaceCase) {
    task(NoRaceCase_task, NULL);
    hear();
    NoRaceCase_task(NULL);
    hear();
}

int case_condition, case_condition2, case_body, case_x;
FIRST(RaceCaseCondition) {
    case_condition = 2;
}
SECOND(RaceCaseCondition) {
    switch ((int)(case_condition > 1)) {
    case 0:
        USE(1);
        break;
    default:
        USE(2);
    }
}
FIRST(RaceCaseCondition2) {
    case_condition2 = 2;
}
SECOND(RaceCaseCondition2) {
    if (case_condition2 < 2) {
        case_x = 1;
    } else {
        case_x = 2;
    }
}
FIRST(RaceCaseBody) {
    USE(case_body);
}
SECOND(RaceCaseBody) {
    switch (case_x) {
    case 77:
        USE(1);
        break;
    default:
        case_body = 1;
    }
}

int not_fallen, fallen, fall_to = 1;
FIRST(NoRaceCaseFallthrough) {
    USE(not_fallen);
}
SECOND(NoRaceCaseFallthrough) {
    switch (fall_to) {
    case 2:
        not_fallen = 1;
        break;
    default:
        USE(1);
    }
}
FIRST(RaceCaseFallthrough) {
    USE(fallen);
}
SECOND(RaceCaseFallthrough) {
    switch (fall_to) {
    case 1:
        USE(1);
        __attribute__((fallthrough));
    case 2:
        fallen = 1;
        break;
    default:
        USE(2);
    }
}

struct table {
    int n;
    int of[8];
} nested_tables[2], type_tables[2];
COPIED void insert(struct table *table, int value) {
    table->of[table->n++ % 8] = value;
}
COPIED int lookup(const struct table *table, int value) {
    for (int i = 0; i < table->n % 8; i++) {
        if (table->of[i] == value) {
            return 1;
        }
    }
    return 0;
}
FIRST(RaceCaseIssue6418) {
    insert(&nested_tables[1], 5);
}
SECOND(RaceCaseIssue6418) {
    switch (lookup(&nested_tables[1], 5)) {
    case 1:
        USE(1);
    }
}

struct value {
    int tag;
    int *data;
};
int type_target;
struct value case_type, case_type_body = {1, &type_target};
FIRST(RaceCaseType) {
    case_type = (struct value){2, &type_target};
}
SECOND(RaceCaseType) {
    switch (case_type.tag) {
    case 1:
        USE(1);
    }
}
FIRST(RaceCaseTypeBody) {
    type_target = 1;
}
SECOND(RaceCaseTypeBody) {
    switch (case_type_body.tag) {
    case 1:
        *case_type_body.data = 1;
    }
}
FIRST(RaceCaseTypeIssue5890) {
    insert(&type_tables[0], 5);
}
SECOND(RaceCaseTypeIssue5890) {
    switch (lookup(&type_tables[0], 7)) {
    case 0:
        USE(2);
    }
}

/* -- loops -- */

int ranged[10], range_sum;
PART(NoRaceRange_task) {
    for (int i = 0; i < 10; i++) {
        range_sum += ranged[i];
    }
    tell();
}
ROW(NoRaceRange) {
    task(NoRaceRange_task, NULL);
    hear();
    USE(range_sum);
}
int range_variable;
PART(RaceRange_reader) {
    USE(range_variable);
    mark(1);
}
ROW(RaceRange) {
    for (range_variable = 0; range_variable < 3; range_variable++) {
        task(RaceRange_reader, NULL);
        await_times(1, range_variable + 1);
    }
}

int for_init, no_for_init, for_incr, no_for_incr;
FIRST(RaceForInit) {
    USE(for_init);
}
SECOND(RaceForInit) {
    for (for_init = 0; unknown_zero() != 0;) {
        USE(1);
    }
}
PART(NoRaceForInit_reader) {
    hear();
    USE(no_for_init);
    mark(1);
}
ROW(NoRaceForInit) {
    task(NoRaceForInit_reader, NULL);
    for (no_for_init = 0; unknown_zero() != 0;) {
        USE(1);
    }
    tell();
    await(1);
}
bool for_stop;
PART(RaceForTest_writer) {
    tell();
    for_stop = true;
    mark(1);
}
ROW(RaceForTest) {
    task(RaceForTest_writer, NULL);
    hear();
    await(1);
    for (for_stop = false; !for_stop;) {
        break;
    }
}
FIRST(RaceForIncr) {
    for_incr++;
}
SECOND(RaceForIncr) {
    for (int i = 0; i < 1; for_incr++) {
        i++;
    }
}
FIRST(NoRaceForIncr) {
    no_for_incr++;
}
SECOND(NoRaceForIncr) {
    for (int i = 0; i < unknown_zero(); no_for_incr++) {
        i++;
    }
}

/* -- operators -- */

int plus_x, plus_y, plus_z, plus2_x, no_plus_x, complement_x, div_x, div_const_x, mod_x,
    mod_const_x;
uint32_t rotate_x;
int result;
FIRST(RacePlus) {
    plus_y = plus_x + plus_z;
}
SECOND(RacePlus) {
    plus_y = plus_x + plus_z + plus_z;
}
FIRST(RacePlus2) {
    plus2_x = 1;
}
SECOND(RacePlus2) {
    int y = +plus2_x;
    USE(y);
}
FIRST(NoRacePlus) {
    int a = no_plus_x + plus_z;
    USE(a);
}
SECOND(NoRacePlus) {
    int b = no_plus_x + plus_z + 1;
    USE(b);
}
#define OPERATOR(name, variable, expression)                                                       \
    FIRST(name) {                                                                                  \
        variable = 7;                                                                              \
    }                                                                                              \
    SECOND(name) {                                                                                 \
        USE(expression);                                                                           \
    }
// clang-format off
OPERATOR(RaceComplement, complement_x, ~complement_x)
OPERATOR(RaceDiv, div_x, 100 / (div_x + 1))
OPERATOR(RaceDivConst, div_const_x, div_const_x / 3)
OPERATOR(RaceMod, mod_x, 100 % (mod_x + 1))
OPERATOR(RaceModConst, mod_const_x, mod_const_x % 3)
OPERATOR(RaceRotate, rotate_x, rotate_x << 12 | rotate_x >> 20)
// clang-format on

double registers[16];
PART(NoRaceEnoughRegisters_task) {
    const double *r = registers;
    double sum = (r[0] + r[1]) * (r[2] + r[3]) * (r[4] - r[5]) * (r[6] + r[7]) /
                 (r[8] * r[9] + 1 + (r[10] + r[11]) * (r[12] - r[13]) * (r[14] + r[15]));
    registers[0] = sum;
    tell();
}
ROW(NoRaceEnoughRegisters) {
    task(NoRaceEnoughRegisters_task, NULL);
    hear();
    registers[0] = 1;
}

/* -- short circuits -- */

int and_x, and2_x, no_and_x, or_x, or2_x, no_or_x, zero_y, one_y = 1;
int short_x, short2_x;
static __attribute__((noinline)) int short_y(int *p) {
    return (*p)++;
}
#define CIRCUIT(name, variable, expression)                                                        \
    FIRST(name) {                                                                                  \
        variable = 1;                                                                              \
    }                                                                                              \
    SECOND(name) {                                                                                 \
        if (expression) {                                                                          \
            USE(1);                                                                                \
        }                                                                                          \
    }
// clang-format off
CIRCUIT(RaceAnd, and_x, and_x == 1 && tap(zero_y == 1))
CIRCUIT(RaceAnd2, and2_x, tap(zero_y == 0) && and2_x == 1)
CIRCUIT(NoRaceAnd, no_and_x, tap(zero_y == 1) && no_and_x == 1)
CIRCUIT(RaceOr, or_x, or_x == 1 || tap(zero_y == 1))
CIRCUIT(RaceOr2, or2_x, tap(zero_y == 1) || or2_x == 1)
CIRCUIT(NoRaceOr, no_or_x, tap(zero_y == 0) || no_or_x == 1)
CIRCUIT(NoRaceShortCalc, short_x, tap(one_y == 1) || short_y(&short_x) > 0)
CIRCUIT(NoRaceShortCalc2, short2_x, tap(one_y == 0) && short_y(&short2_x) > 0)
// clang-format on
