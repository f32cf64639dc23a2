/* Rule    rows.slice  [Go race tests slice_test]
 * Expect  rows
 * Why     a slice is a header over an array: what reads the header, what the elements, what neither.
 */
#include "rows.h"

#include <stdlib.h>

struct slice {
    int *at;
    size_t len, cap;
};
struct text {
    const char *at;
    size_t len;
};

#define ELEMENTS 16
#define SLICE(name)                                                                                \
    int name##_array[ELEMENTS];                                                                    \
    struct slice name = {name##_array, 8, ELEMENTS}

/* s[i], with the bound checked. */
COPIED int *place(const struct slice *s, size_t i) {
    if (i >= s->len) {
        abort();
    }
    return s->at + i;
}
COPIED struct slice sub(const struct slice *s, size_t from, size_t to) {
    return (struct slice){s->at + from, to - from, s->cap - from};
}
COPIED void copy_slice(struct slice *to, const struct slice *from) {
    memcpy(to->at, from->at, (from->len < to->len ? from->len : to->len) * sizeof(int));
}
/* A new array when it is full. */
COPIED struct slice append(struct slice s, const int *values, size_t n) {
    if (s.len + n > s.cap) {
        size_t cap = 2 * (s.len + n);
        int *bigger = malloc(cap * sizeof(int));
        memcpy(bigger, s.at, s.len * sizeof(int));
        s = (struct slice){bigger, s.len, cap};
    }
    memcpy(s.at + s.len, values, n * sizeof(int));
    s.len += n;
    return s;
}
static const int one_value = 1;
int full_array[ELEMENTS];
struct slice other_full = {full_array, ELEMENTS, ELEMENTS};

int rw_array[2], ww_array[2], no_rw_array[2], no_array_ww[2], array_ww[2];
FIRST(RaceSliceRW) {
    rw_array[1] = 1;
}
SECOND(RaceSliceRW) {
    USE(rw_array[1]);
}
FIRST(NoRaceSliceRW) {
    no_rw_array[0] = 1;
}
SECOND(NoRaceSliceRW) {
    USE(no_rw_array[1]);
}
FIRST(RaceSliceWW) {
    ww_array[1] = 1;
}
SECOND(RaceSliceWW) {
    ww_array[1] = 2;
}
FIRST(NoRaceArrayWW) {
    no_array_ww[0] = 1;
}
SECOND(NoRaceArrayWW) {
    no_array_ww[1] = 2;
}
FIRST(RaceArrayWW) {
    array_ww[1] = 1;
}
SECOND(RaceArrayWW) {
    array_ww[1] = 2;
}

SLICE(write_len);
FIRST(NoRaceSliceWriteLen) {
    *place(&write_len, 0) = 1;
}
SECOND(NoRaceSliceWriteLen) {
    USE(write_len.len);
}
SLICE(write_cap);
FIRST(NoRaceSliceWriteCap) {
    *place(&write_cap, 0) = 1;
}
SECOND(NoRaceSliceWriteCap) {
    USE(write_cap.cap);
}

/* -- copies -- */

#define COPIES(race_read, no_race_write, race_write2, no_race_read, name)                          \
    SLICE(name##_a);                                                                               \
    SLICE(name##_b);                                                                               \
    SLICE(name##_c);                                                                               \
    SLICE(name##_d);                                                                               \
    SLICE(name##_from);                                                                            \
    FIRST(race_read) {                                                                             \
        copy_slice(&name##_a, &name##_from);                                                       \
    }                                                                                              \
    SECOND(race_read) {                                                                            \
        USE(*place(&name##_a, 1));                                                                 \
    }                                                                                              \
    FIRST(no_race_write) {                                                                         \
        struct slice head = sub(&name##_b, 0, 5);                                                  \
        copy_slice(&head, &name##_from);                                                           \
    }                                                                                              \
    SECOND(no_race_write) {                                                                        \
        *place(&name##_b, 5) = 1;                                                                  \
    }                                                                                              \
    FIRST(race_write2) {                                                                           \
        copy_slice(&name##_from, &name##_c);                                                       \
    }                                                                                              \
    SECOND(race_write2) {                                                                          \
        *place(&name##_c, 1) = 1;                                                                  \
    }                                                                                              \
    FIRST(no_race_read) {                                                                          \
        int local[ELEMENTS];                                                                       \
        struct slice to = {local, 8, ELEMENTS};                                                    \
        copy_slice(&to, &name##_d);                                                                \
        SHOW(local);                                                                               \
    }                                                                                              \
    SECOND(no_race_read) {                                                                         \
        USE(*place(&name##_d, 1));                                                                 \
    }
// clang-format off
COPIES(RaceSliceCopyRead, NoRaceSliceWriteCopy, RaceSliceCopyWrite2, NoRaceSliceCopyRead, plain)
COPIES(RacePointerSliceCopyRead, NoRacePointerSliceWriteCopy, RacePointerSliceCopyWrite2, NoRacePointerSliceCopyRead, pointed)
// clang-format on
char copied_text[16];
FIRST(RaceSliceCopyWrite3) {
    strcpy(copied_text, "qwertyqwerty");
    SHOW(copied_text);
}
SECOND(RaceSliceCopyWrite3) {
    copied_text[3] = 'y';
}

/* -- sub-slices: arithmetic on the header -- */

SLICE(write_slice2);
FIRST(NoRaceSliceWriteSlice2) {
    *place(&write_slice2, 3) = 1;
}
SECOND(NoRaceSliceWriteSlice2) {
    struct slice part = sub(&write_slice2, 3, 6);
    SHOW(part);
}
SLICE(race_write_slice);
FIRST(RaceSliceWriteSlice) {
    *place(&race_write_slice, 3) = 1;
}
SECOND(RaceSliceWriteSlice) {
    race_write_slice = sub(&race_write_slice, 1, 8);
}
SLICE(no_write_slice);
FIRST(NoRaceSliceWriteSlice) {
    *place(&no_write_slice, 3) = 1;
}
SECOND(NoRaceSliceWriteSlice) {
    USE(sub(&no_write_slice, 5, 8).at);
}
struct slice without_elements = {NULL, 100, 100};
FIRST(NoRaceSliceLenCap) {
    USE(without_elements.len);
}
SECOND(NoRaceSliceLenCap) {
    USE(without_elements.cap);
}
SLICE(range_a);
SLICE(range_b);
FIRST(NoRaceStructSlicesRangeWrite) {
    for (size_t i = 0; i < range_a.len; i++) {
        USE(i);
    }
}
SECOND(NoRaceStructSlicesRangeWrite) {
    *place(&range_b, 3) = 1;
}
int shared_array[8];
struct slice different_a = {shared_array, 8, 8}, different_b = {shared_array, 8, 8};
FIRST(RaceSliceDifferent) {
    *place(&different_a, 1) = 1;
}
SECOND(RaceSliceDifferent) {
    *place(&different_b, 1) = 2;
}

/* -- iteration -- */

COPIED void each(const struct slice *s) {
    for (size_t i = 0; i < s->len; i++) {
        USE(s->at[i]);
    }
}
COPIED void each_index(const struct slice *s) {
    for (size_t i = 0; i < s->len; i++) {
        USE(i);
    }
}
SLICE(range_write);
FIRST(RaceSliceRangeWrite) {
    each(&range_write);
}
SECOND(RaceSliceRangeWrite) {
    *place(&range_write, 3) = 1;
}
SLICE(no_range_write);
FIRST(NoRaceSliceRangeWrite) {
    each_index(&no_range_write);
}
SECOND(NoRaceSliceRangeWrite) {
    *place(&no_range_write, 3) = 1;
}
SLICE(range_append);
FIRST(RaceSliceRangeAppend) {
    each(&range_append);
}
SECOND(RaceSliceRangeAppend) {
    range_append = append(range_append, &one_value, 1);
}
SLICE(no_range_append);
FIRST(NoRaceSliceRangeAppend) {
    each_index(&no_range_append);
}
SECOND(NoRaceSliceRangeAppend) {
    USE(append(no_range_append, &one_value, 1).len);
}

/* -- the header variable -- */

SLICE(other);
#define VARIABLE(row, name, use)                                                                   \
    SLICE(name);                                                                                   \
    FIRST(row) {                                                                                   \
        use;                                                                                       \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        name = (struct slice){other_array, 8, ELEMENTS};                                           \
    }
// clang-format off
VARIABLE(RaceSliceVarWrite, var_write, *place(&var_write, 1) = 1)
VARIABLE(RaceSliceVarRead, var_read, USE(*place(&var_read, 1)))
VARIABLE(RaceSliceVarRange, var_range, each(&var_range))
VARIABLE(RaceSliceVarAppend, var_append, USE(append(var_append, &one_value, 1).len))
VARIABLE(RaceSliceVarCopy, var_copy, copy_slice(&var_copy, &other))
VARIABLE(RaceSliceVarCopy2, var_copy2, int to[8]; copy_slice(&(struct slice){to, 8, 8}, &var_copy2); SHOW(to))
// clang-format on

/* -- append -- */

#define APPENDS(row, name, cap_used, first, second)                                                \
    int name##_array[ELEMENTS];                                                                    \
    struct slice name = {name##_array, cap_used, ELEMENTS};                                        \
    FIRST(row) {                                                                                   \
        struct slice got = first;                                                                  \
        SHOW(got);                                                                                 \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        second;                                                                                    \
    }
#define DROP(...)                                                                                  \
    struct slice dropped = __VA_ARGS__;                                                            \
    SHOW(dropped)
// clang-format off
APPENDS(RaceSliceAppend, app, 8, append(app, &one_value, 1), DROP(append(app, &one_value, 1)))
APPENDS(RaceSliceAppendWrite, app_write, ELEMENTS, append(app_write, &one_value, 1), *place(&app_write, 0) = 1)
APPENDS(RaceSliceAppendSlice, app_slice, ELEMENTS, append(app_slice, other_array, 4), *place(&app_slice, 0) = 1)
APPENDS(RaceSliceAppendSlice2, app_slice2, 8, append(other_full, app_slice2.at, app_slice2.len), *place(&app_slice2, 0) = 1)
APPENDS(RaceSliceAppendString, app_string, ELEMENTS, append(app_string, (const int *)"qwerty!", 2), *place(&app_string, 0) = 1)
APPENDS(RacePointerSliceAppend, app_p, 8, append(app_p, &one_value, 1), DROP(append(app_p, &one_value, 1)))
APPENDS(RacePointerSliceAppendWrite, app_p_write, ELEMENTS, append(app_p_write, &one_value, 1), *place(&app_p_write, 0) = 1)
APPENDS(RacePointerSliceAppendSlice, app_p_slice, ELEMENTS, append(app_p_slice, other_array, 4), *place(&app_p_slice, 0) = 1)
APPENDS(RacePointerSliceAppendSlice2, app_p_slice2, 8, append(other_full, app_p_slice2.at, app_p_slice2.len), *place(&app_p_slice2, 0) = 1)
// clang-format on

/* -- indices -- */

int index_array[4], no_index, no_index2, index_x, index_x2;
FIRST(NoRaceSliceIndexAccess) {
    index_array[no_index] = 1;
}
SECOND(NoRaceSliceIndexAccess) {
    USE(no_index);
}
FIRST(NoRaceSliceIndexAccess2) {
    USE(index_array[1 + no_index2]);
}
SECOND(NoRaceSliceIndexAccess2) {
    USE(no_index2);
}
FIRST(RaceSliceIndexAccess) {
    index_array[2 + index_x] = 1;
}
SECOND(RaceSliceIndexAccess) {
    index_x = 1;
}
FIRST(RaceSliceIndexAccess2) {
    USE(index_array[1 + index_x2]);
}
SECOND(RaceSliceIndexAccess2) {
    index_x2 = 1;
}

/* -- strings -- */

char byte_text[8] = "01234", rune_text[8] = "01234";
FIRST(RaceSliceByteToString) {
    char *copy = strdup(byte_text);
    SHOW(*copy);
    free(copy);
}
SECOND(RaceSliceByteToString) {
    byte_text[2] = 'y';
}
FIRST(RaceSliceRuneToString) {
    char *copy = strndup(rune_text, 5);
    SHOW(*copy);
    free(copy);
}
SECOND(RaceSliceRuneToString) {
    rune_text[4] = 'y';
}
struct text concat = {"hello", 5}, compare = {"hello", 5}, substring = {"hello", 5};
FIRST(RaceConcatString) {
    char joined[16];
    memcpy(joined, "1", 1);
    memcpy(joined + 1, concat.at, concat.len);
    SHOW(joined);
}
SECOND(RaceConcatString) {
    concat = (struct text){"world", 5};
}
FIRST(RaceCompareString) {
    USE(compare.len == 5 && memcmp(compare.at, "hello", 5) == 0);
}
SECOND(RaceCompareString) {
    compare = (struct text){"world", 5};
}
SLICE(slice3);
size_t slice3_bound = 4;
FIRST(RaceSlice3) {
    struct slice s = {slice3.at, 2, slice3_bound};
    SHOW(s);
}
SECOND(RaceSlice3) {
    slice3_bound = 5;
}
char slice4[16] = "hello world";
FIRST(RaceSlice4) {
    char copy[8];
    memcpy(copy, slice4, 6);
    SHOW(copy);
}
SECOND(RaceSlice4) {
    memmove(slice4 + 3, slice4 + 8, 4);
}

/* -- mop_test: slices, append -- */

SLICE(append_rw);
SLICE(append_len_rw);
SLICE(append_cap_rw);
SLICE(slice_slice);
SLICE(slice_slice2);
FIRST(RaceAppendRW) {
    struct slice got = append((struct slice){append_rw.at, ELEMENTS, ELEMENTS}, &one_value, 1);
    SHOW(got);
}
SECOND(RaceAppendRW) {
    *place(&append_rw, 1) = 1;
}
FIRST(RaceAppendLenRW) {
    append_len_rw = append(append_len_rw, &one_value, 1);
}
SECOND(RaceAppendLenRW) {
    USE(append_len_rw.len);
}
FIRST(RaceAppendCapRW) {
    append_cap_rw = append(append_cap_rw, &one_value, 1);
}
SECOND(RaceAppendCapRW) {
    USE(append_cap_rw.cap);
}
FIRST(RaceSliceSlice) {
    slice_slice = other;
}
SECOND(RaceSliceSlice) {
    struct slice part = sub(&slice_slice, 1, 3);
    SHOW(part);
}
size_t slice_bound = 3;
FIRST(RaceSliceSlice2) {
    slice_bound = 4;
}
SECOND(RaceSliceSlice2) {
    struct slice part = sub(&slice_slice2, 1, slice_bound);
    SHOW(part);
}
FIRST(RaceSliceString) {
    substring = (struct text){"world", 5};
}
SECOND(RaceSliceString) {
    struct text tail = {substring.at + 1, substring.len - 1};
    SHOW(tail);
}
struct point {
    int x, y;
} points[4], more_points[4], appended_points[4];
FIRST(RaceSliceStruct) {
    memcpy(more_points, points, sizeof points);
    SHOW(more_points);
}
SECOND(RaceSliceStruct) {
    points[1].y = 1;
}
FIRST(RaceAppendSliceStruct) {
    struct point *grown = malloc(8 * sizeof *grown);
    memcpy(grown + 4, appended_points, sizeof appended_points);
    SHOW(*grown);
    free(grown);
}
SECOND(RaceAppendSliceStruct) {
    appended_points[1].y = 1;
}
