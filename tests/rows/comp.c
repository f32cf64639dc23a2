/* Rule    rows.comp  [Go race tests comp_test, reflect_test; mop_test: structs, arrays]
 * Expect  rows
 * Why     fields and elements are places of their own; a whole is all of its parts.
 */
#include "rows.h"

struct inner {
    int x, y;
};
struct outer {
    int x, y;
    struct inner s;
};
struct pair_of {
    struct inner a, b;
};

struct pair_of no_comp, no_comp2, comp1, comp2, comp3;
FIRST(NoRaceComp) {
    no_comp.a.x = 1;
}
SECOND(NoRaceComp) {
    no_comp.a.y = 2;
}
FIRST(NoRaceComp2) {
    no_comp2.a.x = 1;
}
SECOND(NoRaceComp2) {
    no_comp2.b.y = 2;
}
FIRST(RaceComp) {
    comp1.b.x = 1;
}
SECOND(RaceComp) {
    comp1.b.x = 2;
}
FIRST(RaceComp2) {
    comp2.a.x = 1;
}
SECOND(RaceComp2) {
    comp2 = (struct pair_of){{1, 2}, {3, 4}};
}
FIRST(RaceComp3) {
    comp3.b.y = 1;
}
SECOND(RaceComp3) {
    comp3 = (struct pair_of){{1, 2}, {3, 4}};
}

struct inner comp_array[10];
int comp_index;
FIRST(RaceCompArray) {
    comp_array[comp_index].x = 1;
}
SECOND(RaceCompArray) {
    comp_index = 2;
}

struct twin {
    int x, y;
};
struct inner conv1, conv2;
struct outer conv3;
struct {
    struct inner of[4];
} conv4;
FIRST(RaceConv1) {
    conv1.x = 1;
}
SECOND(RaceConv1) {
    struct twin copy;
    memcpy(&copy, &conv1, sizeof copy);
    SHOW(copy);
}
FIRST(RaceConv2) {
    struct inner *p = &conv2;
    p->y = 1;
}
SECOND(RaceConv2) {
    struct inner copy = *(struct inner *)(void *)&conv2;
    SHOW(copy);
}
FIRST(RaceConv3) {
    conv3.s.x = 1;
}
SECOND(RaceConv3) {
    struct outer copy = conv3;
    SHOW(copy);
}
FIRST(RaceConv4) {
    conv4.of[1].x = 1;
}
SECOND(RaceConv4) {
    struct inner copy = conv4.of[1];
    SHOW(copy);
}

struct behind {
    struct inner *p;
    int n;
};
struct inner target_no1, target_no2, target_1, target_2, target_other;
struct behind behind_no1 = {&target_no1, 0}, behind_no2 = {&target_no2, 0},
              behind_1 = {&target_1, 0}, behind_2 = {&target_2, 0};
FIRST(NoRaceCompPtr) {
    behind_no1.p->x = 1;
}
SECOND(NoRaceCompPtr) {
    behind_no1.p->y = 2;
}
FIRST(NoRaceCompPtr2) {
    behind_no2.p->x = 1;
}
SECOND(NoRaceCompPtr2) {
    struct behind copy = behind_no2;
    SHOW(copy);
}
FIRST(RaceCompPtr) {
    behind_1.p->x = 1;
}
SECOND(RaceCompPtr) {
    behind_1.p->x = 2;
}
FIRST(RaceCompPtr2) {
    behind_2.p->x = 1;
}
SECOND(RaceCompPtr2) {
    behind_2.p = &target_other;
}

/* -- mop_test: structs -- */

struct outer struct_rw, field_rw1, no_field_rw1, field_rw3, struct_ind;
struct inner field_rw2_target;
struct inner *field_rw2 = &field_rw2_target;
FIRST(RaceStructRW) {
    struct_rw = (struct outer){1, 2, {3, 4}};
}
SECOND(RaceStructRW) {
    struct outer copy = struct_rw;
    SHOW(copy);
}
FIRST(RaceStructFieldRW1) {
    field_rw1.x = 1;
}
SECOND(RaceStructFieldRW1) {
    USE(field_rw1.x);
}
FIRST(NoRaceStructFieldRW1) {
    no_field_rw1.x = 1;
}
SECOND(NoRaceStructFieldRW1) {
    no_field_rw1.y = 1;
}
struct behind no_field_rw2 = {&field_rw2_target, 0};
FIRST(NoRaceStructFieldRW2) {
    USE(no_field_rw2.p);
}
SECOND(NoRaceStructFieldRW2) {
    no_field_rw2.n = 1;
}
FIRST(RaceStructFieldRW2) {
    field_rw2->x = 1;
}
SECOND(RaceStructFieldRW2) {
    USE(field_rw2->x);
}
FIRST(RaceStructFieldRW3) {
    field_rw3.s.x = 1;
}
SECOND(RaceStructFieldRW3) {
    USE(field_rw3.s.x);
}

struct outer nested_struct;
PART(RaceNestedStruct_write) {
    nested_struct.s.y = 1;
    mark(1);
}
ROW(RaceNestedStruct) {
    rdl_chan *c = RDL_CHAN(struct outer, 1);
    task(RaceNestedStruct_write, NULL);
    await(1);
    rdl_send(c, &nested_struct);
    rdl_chan_free(c);
}

struct ends_empty {
    int x;
    struct {
        char none[0];
    } empty;
};
struct {
    struct ends_empty head;
    int next;
} empty_struct;
FIRST(NoRaceEmptyStruct) {
    struct ends_empty copy = empty_struct.head;
    SHOW(copy);
}
SECOND(NoRaceEmptyStruct) {
    empty_struct.next = 1;
}

FIRST(RaceStructInd) {
    struct outer *p = &struct_ind;
    *p = (struct outer){1, 2, {3, 4}};
}
SECOND(RaceStructInd) {
    struct_ind.s.y = 1;
}

int struct_init_x, array_init_x, map_init_key, map_init_value;
FIRST(RaceStructInit) {
    struct inner s = {struct_init_x, 1};
    SHOW(s);
}
SECOND(RaceStructInit) {
    struct_init_x = 1;
}
FIRST(RaceArrayInit) {
    int a[] = {1, array_init_x, 3};
    SHOW(a);
}
SECOND(RaceArrayInit) {
    array_init_x = 1;
}
FIRST(RaceMapInit) {
    struct inner entries[] = {{map_init_key, 1}};
    SHOW(entries);
}
SECOND(RaceMapInit) {
    map_init_key = 1;
}
FIRST(RaceMapInit2) {
    struct inner entries[] = {{1, map_init_value}};
    SHOW(entries);
}
SECOND(RaceMapInit2) {
    map_init_value = 1;
}

struct {
    int of[5];
} array_copy, array_from;
FIRST(RaceArrayCopy) {
    array_copy.of[3] = 1;
}
SECOND(RaceArrayCopy) {
    array_copy = array_from;
}
struct {
    int of[2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2][2];
} huge, huge_from;
FIRST(RaceNestedArrayCopy) {
    huge.of[0][0][0][0][0][0][0][0][0][0][0][0][0][1][0][0][0][0][1][0] = 1;
}
SECOND(RaceNestedArrayCopy) {
    huge = huge_from;
}
int blank[10];
FIRST(NoRaceBlank) {
    USE(blank[0]);
    USE(blank[1]);
}
SECOND(NoRaceBlank) {
    USE(blank[2]);
    USE(blank[3]);
}

int block_as_x, block_as_y;
FIRST(RaceBlockAs) {
    int x = block_as_x;
    block_as_x = block_as_y;
    block_as_y = x;
}
SECOND(RaceBlockAs) {
    block_as_x = 1;
}

/* Two results: through pointers, evaluated before the call. */
static __attribute__((noinline)) void two_results(int *x, int *y) {
    *x = 1;
    *y = 2;
}
int call_x[7], call_y[7];
int *pointer_x[7] = {0, 0, 0, &call_x[3], &call_x[4], &call_x[5], &call_x[6]};
#define BLOCK_CALL(name, x, y, seen)                                                               \
    FIRST(name) {                                                                                  \
        two_results(x, y);                                                                         \
    }                                                                                              \
    SECOND(name) {                                                                                 \
        USE(seen);                                                                                 \
    }
// clang-format off
BLOCK_CALL(RaceBlockCall1, &call_x[1], &call_y[1], call_x[1])
BLOCK_CALL(RaceBlockCall2, &call_x[2], &call_y[2], call_y[2])
BLOCK_CALL(RaceBlockCall3, pointer_x[3], &call_y[3], *pointer_x[3])
BLOCK_CALL(RaceBlockCall4, &call_y[4], pointer_x[4], *pointer_x[4])
BLOCK_CALL(RaceBlockCall5, pointer_x[5], &call_y[5], call_y[5])
BLOCK_CALL(RaceBlockCall6, &call_y[6], pointer_x[6], call_y[6])
// clang-format on

/* -- reflect_test: through void pointers -- */

int reflect_rw, reflect_ww, reflect_from = 1;
static __attribute__((noinline)) void set(void *to, const void *from, size_t n) {
    memcpy(to, from, n);
}
FIRST(RaceReflectRW) {
    set(&reflect_rw, &reflect_from, sizeof(int));
}
SECOND(RaceReflectRW) {
    int copy;
    set(&copy, &reflect_rw, sizeof(int));
    SHOW(copy);
}
FIRST(RaceReflectWW) {
    set(&reflect_ww, &reflect_from, sizeof(int));
}
SECOND(RaceReflectWW) {
    set(&reflect_ww, &reflect_from, sizeof(int));
}
int reflect_copy[4];
static __attribute__((noinline)) void move(void *to, const void *from, size_t n) {
    memmove(to, from, n);
}
FIRST(RaceReflectCopyWW) {
    move(reflect_copy, reflect_copy + 1, 2 * sizeof(int));
}
SECOND(RaceReflectCopyWW) {
    move(reflect_copy + 1, reflect_copy + 2, 2 * sizeof(int));
}
