/* Rule    rows.mop-call  [Go race tests mop_test: calls, arguments, methods; panics]
 * Expect  rows
 * Why     an argument is read where the call stands, not where the callee uses it.
 */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>

static __attribute__((noinline)) int identity(int x) {
    __asm__ volatile("" : "+r"(x));
    return x;
}
PART(take_argument) {
    SHOW(unused);
}

/* SECOND evaluates an expression that reads the variable. */
#define ARGUMENT(name, variable, expression)                                                       \
    int variable;                                                                                  \
    FIRST(name) {                                                                                  \
        variable = 1;                                                                              \
    }                                                                                              \
    SECOND(name) {                                                                                 \
        expression;                                                                                \
    }
int (*function_variable)(int) = identity;
// clang-format off
ARGUMENT(RaceFuncArgument, argument_x, identity(argument_x))
ARGUMENT(RaceFuncArgument2, argument2_x, rdl_go_copy(take_argument, &argument2_x, sizeof(int)))
ARGUMENT(RaceFuncCall, call_x, function_variable(call_x))
ARGUMENT(RaceAsFunc2, as_func2_x, USE(({ int x = as_func2_x; identity(x); })))
ARGUMENT(RaceSprint, sprint_x, char text[16]; snprintf(text, sizeof text, "%d", sprint_x); SHOW(text))
// clang-format on

char as_text[8] = "text";
FIRST(RaceAsFunc1) {
    char copy[8];
    memcpy(copy, as_text, sizeof copy);
    SHOW(copy);
}
SECOND(RaceAsFunc1) {
    as_text[1] = 'x';
}

rdl_mutex as_func_mutex;
static __attribute__((noinline)) int locks_inside(int x) {
    rdl_mutex_lock(&as_func_mutex);
    return x;
}
int as_func3_x, as_func4_x, func_unlock_x;
PART(RaceAsFunc3_task) {
    USE(locks_inside(as_func3_x));
    rdl_mutex_unlock(&as_func_mutex);
}
PART(RaceAsFunc3_writer) {
    rdl_mutex_lock(&as_func_mutex);
    as_func3_x = 2;
    rdl_mutex_unlock(&as_func_mutex);
    mark(1);
}
ROW(RaceAsFunc3) {
    task(RaceAsFunc3_writer, NULL);
    await(1);
    RaceAsFunc3_task(NULL);
}
PART(NoRaceAsFunc4_task) {
    as_func4_x = locks_inside(1);
    rdl_mutex_unlock(&as_func_mutex);
}
FIRST(NoRaceAsFunc4) {
    NoRaceAsFunc4_task(NULL);
}
SECOND(NoRaceAsFunc4) {
    NoRaceAsFunc4_task(NULL);
}
FIRST(NoRaceFuncUnlock) {
    rdl_mutex_lock(&as_func_mutex);
    USE(func_unlock_x);
    rdl_mutex_unlock(&as_func_mutex);
}
SECOND(NoRaceFuncUnlock) {
    func_unlock_x = locks_inside(1);
    func_unlock_x++;
    rdl_mutex_unlock(&as_func_mutex);
}

static __attribute__((noinline)) void heap_result(int **result) {
    *result = malloc(sizeof **result);
    **result = 1;
}
PART(RaceHeapParam_task) {
    int *result;
    heap_result(&result);
    give(result);
    *result = 2;
    mark(1);
}
ROW(RaceHeapParam) {
    task(RaceHeapParam_task, NULL);
    int *result = take();
    await(1);
    USE(*result);
}

PART(NoRaceFuncArgsRW_task) {
    (*(int *)unused)++;
}
ROW(NoRaceFuncArgsRW) {
    int y = 1;
    SHOW(y);
    rdl_go_copy(NoRaceFuncArgsRW_task, &y, sizeof y);
    y = 2;
    SHOW(y);
}
PART(RaceFuncArgsRW_task) {
    *(int *)unused = 2;
    mark(1);
}
ROW(RaceFuncArgsRW) {
    static int y;
    task(RaceFuncArgsRW_task, &y);
    await(1);
    y = 3;
}

/* -- methods: a table of functions and a receiver -- */

struct object {
    int x;
};
struct methods {
    int (*get)(struct object *self, int add);
};
struct interface {
    const struct methods *methods;
    struct object *self;
};
static __attribute__((noinline)) int object_get(struct object *self, int add) {
    return self->x + add;
}
static __attribute__((noinline)) int object_none(struct object *self, int add) {
    __asm__ volatile("" : "+r"(self), "+r"(add));
    return add;
}
const struct methods reading = {object_get}, silent = {object_none};
struct object receiver, pointee;
struct interface inter_call = {&silent, &receiver}, inter_call2 = {&silent, &receiver};
int inter_argument, method_argument;
FIRST(RaceInterCall) {
    inter_call = (struct interface){&silent, &pointee};
}
SECOND(RaceInterCall) {
    inter_call.methods->get(inter_call.self, 0);
}
FIRST(RaceInterCall2) {
    inter_argument = 1;
}
SECOND(RaceInterCall2) {
    inter_call2.methods->get(inter_call2.self, inter_argument);
}
FIRST(RaceMethodCall) {
    method_argument = 1;
}
SECOND(RaceMethodCall) {
    USE(object_none(&receiver, method_argument));
}
struct object *method_receiver = &receiver;
FIRST(RaceMethodCall2) {
    method_receiver = &pointee;
}
SECOND(RaceMethodCall2) {
    USE(object_none(method_receiver, 0));
}

/* A method value by value copies its receiver. */
struct bound {
    int (*get)(struct object *self, int add);
    struct object self;
};
struct object value_receiver;
FIRST(RaceMethodValue) {
    struct bound f = {object_get, value_receiver};
    SHOW(f);
}
SECOND(RaceMethodValue) {
    value_receiver = (struct object){2};
}
struct interface value_interface = {&reading, &receiver};
FIRST(RaceMethodValue2) {
    struct interface f = value_interface;
    SHOW(f);
}
SECOND(RaceMethodValue2) {
    value_interface = (struct interface){&silent, &pointee};
}
struct object dereferenced;
struct object *to_dereference = &dereferenced;
FIRST(RaceMethodValue3) {
    struct bound f = {object_get, *to_dereference};
    SHOW(f);
}
SECOND(RaceMethodValue3) {
    *to_dereference = (struct object){2};
}
struct object only_address, thunk_address;
FIRST(NoRaceMethodValue) {
    struct object *self = &only_address;
    USE(self);
}
SECOND(NoRaceMethodValue) {
    only_address.x = 1;
}
struct embeds {
    int before;
    struct object base;
} embedding_address, embedding_value;
FIRST(NoRaceMethodThunk) {
    struct object *self = &embedding_address.base;
    USE(self);
}
SECOND(NoRaceMethodThunk) {
    embedding_address.base.x = 1;
}
struct points_to {
    int before;
    struct object *base;
} embedding_pointer = {0, &pointee}, embedding_pointer3 = {0, &pointee};
FIRST(RaceMethodThunk) {
    struct object *self = embedding_pointer.base;
    USE(self);
}
SECOND(RaceMethodThunk) {
    embedding_pointer = (struct points_to){1, &receiver};
}
FIRST(RaceMethodThunk2) {
    struct object self = embedding_value.base;
    SHOW(self);
}
SECOND(RaceMethodThunk2) {
    embedding_value = (struct embeds){1, {2}};
}
FIRST(RaceMethodThunk3) {
    USE(embedding_pointer3.base);
}
SECOND(RaceMethodThunk3) {
    embedding_pointer3.base = &receiver;
}
struct object thunk4;
struct points_to embedding_pointer4 = {0, &thunk4};
FIRST(RaceMethodThunk4) {
    struct object self = *embedding_pointer4.base;
    SHOW(self);
}
SECOND(RaceMethodThunk4) {
    embedding_pointer4.base->x = 1;
}

int addressed;
FIRST(NoRaceAddrExpr) {
    int *p = &addressed;
    USE(p);
}
SECOND(NoRaceAddrExpr) {
    addressed = 1;
}
struct embeds far, other_far;
struct {
    struct embeds *p;
} addr_expr = {&far};
FIRST(RaceAddrExpr) {
    int *p = &addr_expr.p->base.x;
    USE(p);
}
SECOND(RaceAddrExpr) {
    addr_expr.p = &other_far;
}
struct interface asserted = {&reading, &receiver};
FIRST(RaceTypeAssert) {
    USE(asserted.methods == &silent);
}
SECOND(RaceTypeAssert) {
    asserted = (struct interface){&silent, &pointee};
}

/* -- deferred calls and panics -- */

int defer_x;
struct object defer_receiver;
FIRST(RaceDeferArg) {
    defer_x = 1;
}
SECOND(RaceDeferArg) {
    int copy = defer_x;
    RDL_DEFER(take_argument, (void *)(intptr_t)copy);
    USE(1);
}
FIRST(RaceDeferArg2) {
    defer_receiver = (struct object){1};
}
SECOND(RaceDeferArg2) {
    struct object copy = defer_receiver;
    RDL_DEFER(take_argument, &copy);
    USE(1);
}
int panic_x, panic_argument;
PART(RacePanic_divides) {
    rdl_panic("runtime error: integer divide by zero");
}
FIRST(RacePanic) {
    rdl_try(RacePanic_divides, NULL, NULL);
    panic_x = 1;
}
SECOND(RacePanic) {
    rdl_try(RacePanic_divides, NULL, NULL);
    panic_x = 2;
}
PART(RacePanicArg_panics) {
    rdl_panic("%d", panic_argument);
}
FIRST(RacePanicArg) {
    panic_argument = 1;
}
SECOND(RacePanicArg) {
    rdl_try(RacePanicArg_panics, NULL, NULL);
}
