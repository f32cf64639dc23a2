/* Rule    rows.mop-data  [Go race tests mop_test: plain data]
 * Expect  rows
 * Why     every scalar type of the language, through variables, pointers and function pointers.
 */
#include "rows.h"

int int_rw_global_funcs;
PART(RaceIntRWGlobalFuncs_write) {
    int_rw_global_funcs = 2;
}
PART(RaceIntRWGlobalFuncs_read) {
    USE(int_rw_global_funcs);
}
FIRST(RaceIntRWGlobalFuncs) {
    RaceIntRWGlobalFuncs_write(NULL);
}
SECOND(RaceIntRWGlobalFuncs) {
    RaceIntRWGlobalFuncs_read(NULL);
}

struct captured {
    int x, y;
    int32_t z;
} captured;
FIRST(RaceIntRWClosures) {
    struct captured *c = &captured;
    c->y = c->x;
}
SECOND(RaceIntRWClosures) {
    struct captured *c = &captured;
    c->x = 1;
}

int closures_joined;
PART(NoRaceIntRWClosures_reader) {
    USE(closures_joined);
    tell();
}
PART(NoRaceIntRWClosures_writer) {
    closures_joined = 1;
    tell();
}
ROW(NoRaceIntRWClosures) {
    task(NoRaceIntRWClosures_reader, NULL);
    hear();
    task(NoRaceIntRWClosures_writer, NULL);
    hear();
}

FIRST(RaceInt32RWClosures) {
    USE(captured.z);
}
SECOND(RaceInt32RWClosures) {
    captured.z = 1;
}

int intptr_target;
int *intptr_p = &intptr_target;
FIRST(RaceIntptrRW) {
    *intptr_p = 5;
}
SECOND(RaceIntptrRW) {
    USE(*intptr_p);
}

const char *string_rw = "a";
FIRST(RaceStringRW) {
    string_rw = "abacaba";
}
SECOND(RaceStringRW) {
    USE(string_rw);
}

const char *string_ptr_target = "a";
const char **string_ptr = &string_ptr_target;
FIRST(RaceStringPtrRW) {
    *string_ptr = "a";
}
SECOND(RaceStringPtrRW) {
    USE(*string_ptr);
}

double float64_ww;
FIRST(RaceFloat64WW) {
    float64_ww = 1.0;
}
SECOND(RaceFloat64WW) {
    float64_ww = 2.0;
}

_Complex double complex128_ww;
FIRST(RaceComplex128WW) {
    complex128_ww = 2.0 + 2.0i;
}
SECOND(RaceComplex128WW) {
    complex128_ww = 4.0 + 4.0i;
}

int unsafe_x, unsafe_z;
int *unsafe_y = &unsafe_x;
FIRST(RaceUnsafePtrRW) {
    unsafe_y = &unsafe_z;
}
SECOND(RaceUnsafePtrRW) {
    *unsafe_y = 1;
}

uint32_t rune;
FIRST(RaceRune) {
    rune = 0x44f;
}
SECOND(RaceRune) {
    USE(rune);
}

int indirection_target;
int *indirection_p = &indirection_target;
int **indirection_q = &indirection_p;
FIRST(RaceIndirection) {
    **indirection_q = 1;
}
SECOND(RaceIndirection) {
    *indirection_p = 2;
}

PART(RaceTLS_other) {
    *(int *)take() = 42;
    mark(1);
}
ROW(RaceTLS) {
    int local = 0;
    SHOW(local);
    task(RaceTLS_other, NULL);
    local = 1;
    give(&local);
    await(1);
    local++;
    SHOW(local);
}

struct value {
    const void *type;
    void *data;
};
struct value empty_interface_1, empty_interface_2, eface_ww, iface_ww, iface_cmp, iface_cmp_nil;
static const char type_a, type_b;
int value_target;

FIRST(RaceEmptyInterface1) {
    empty_interface_1 = (struct value){NULL, NULL};
}
SECOND(RaceEmptyInterface1) {
    struct value y = empty_interface_1;
    SHOW(y);
}

FIRST(RaceEmptyInterface2) {
    empty_interface_2 = (struct value){&type_a, &value_target};
}
SECOND(RaceEmptyInterface2) {
    struct value y = empty_interface_2;
    SHOW(y);
}

FIRST(RaceEfaceWW) {
    eface_ww = (struct value){&type_a, &value_target};
}
SECOND(RaceEfaceWW) {
    eface_ww = (struct value){&type_b, &value_target};
}

FIRST(RaceIfaceWW) {
    iface_ww.type = &type_a;
}
SECOND(RaceIfaceWW) {
    iface_ww.type = &type_b;
}

FIRST(RaceIfaceCmp) {
    iface_cmp = (struct value){&type_a, &value_target};
}
SECOND(RaceIfaceCmp) {
    USE(iface_cmp.type == &type_b && iface_cmp.data == NULL);
}

FIRST(RaceIfaceCmpNil) {
    iface_cmp_nil = (struct value){&type_a, &value_target};
}
SECOND(RaceIfaceCmpNil) {
    USE(iface_cmp_nil.type == NULL);
}

struct value eface_conv, iface_conv;
PART(RaceEfaceConv_task) {
    SHOW(unused);
}
FIRST(RaceEfaceConv) {
    rdl_go_copy(RaceEfaceConv_task, &eface_conv, sizeof eface_conv);
}
SECOND(RaceEfaceConv) {
    eface_conv.data = &value_target;
}
PART(RaceIfaceConv_task) {
    SHOW(unused);
}
FIRST(RaceIfaceConv) {
    task(RaceIfaceConv_task, iface_conv.data);
}
SECOND(RaceIfaceConv) {
    iface_conv.data = &value_target;
}

int error_variable;
FIRST(RaceError) {
    error_variable = RDL_CANCELED;
}
SECOND(RaceError) {
    USE(error_variable != 0);
}

static int minus(int x) {
    return -x;
}
static int same(int x) {
    return x;
}
int (*function_rw)(int) = same, (*function_ww)(int) = same, (*function_itself)(int) = same;
FIRST(RaceFuncVariableRW) {
    function_rw = minus;
}
SECOND(RaceFuncVariableRW) {
    USE(function_rw(1));
}
FIRST(RaceFuncVariableWW) {
    function_ww = minus;
}
SECOND(RaceFuncVariableWW) {
    function_ww = same;
}
FIRST(RaceFuncItself) {
    USE(function_itself(1));
}
SECOND(RaceFuncItself) {
    function_itself = minus;
}

const char *printed_string = "1";
FIRST(RaceIssue12664) {
    printed_string = "2";
}
SECOND(RaceIssue12664) {
    USE(strlen(printed_string));
}
int converted_int;
PART(RaceIssue12664_2_call) {
    SHOW(unused);
}
FIRST(RaceIssue12664_2) {
    converted_int = 1;
}
SECOND(RaceIssue12664_2) {
    RaceIssue12664_2_call((void *)(intptr_t)converted_int);
}
int asserted_int;
struct value asserted = {&type_a, &asserted_int};
FIRST(RaceIssue12664_3) {
    asserted_int = 1;
}
SECOND(RaceIssue12664_3) {
    *(int *)asserted.data = 2;
}
struct object {
    const struct methods *methods;
    int number;
};
struct methods {
    int *(*place)(struct object *);
};
static int *object_place(struct object *o) {
    return &o->number;
}
const struct methods object_methods = {object_place};
struct object non_empty = {&object_methods, 0};
FIRST(RaceIssue12664_4) {
    non_empty.number = 1;
}
SECOND(RaceIssue12664_4) {
    *non_empty.methods->place(&non_empty) = 2;
}
