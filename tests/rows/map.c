/* Rule    rows.map  [Go race tests map_test, regression_test, rangefunc_test]
 * Expect  rows
 * Why     a container compiled with hooks is watched from the inside: C has no maps of its own.
 */
#include "rows.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { BUCKETS = 16, BIG = 320 };

struct map {
    size_t n;
    int key[BUCKETS], value[BUCKETS];
};

COPIED int *map_find(struct map *m, int key) {
    for (size_t i = 0; i < m->n; i++) {
        if (m->key[i] == key) {
            return &m->value[i];
        }
    }
    return NULL;
}
COPIED void map_insert(struct map *m, int key, int value) {
    int *place = map_find(m, key);
    if (place == NULL) {
        m->key[m->n] = key;
        place = &m->value[m->n++];
    }
    *place = value;
}
COPIED int map_get(struct map *m, int key) {
    int *place = map_find(m, key);
    return place != NULL ? *place : 0;
}
COPIED void map_delete(struct map *m, int key) {
    int *place = map_find(m, key);
    if (place != NULL) {
        size_t i = (size_t)(place - m->value);
        m->key[i] = m->key[--m->n];
        m->value[i] = m->value[m->n];
    }
}
COPIED void map_each(struct map *m) {
    for (size_t i = 0; i < m->n; i++) {
        USE(m->key[i] + m->value[i]);
    }
}

#define MAP(name) struct map name = {2, {1, 2}, {10, 20}}
#define BOTH(row, name, first, second)                                                             \
    MAP(name);                                                                                     \
    FIRST(row) {                                                                                   \
        first;                                                                                     \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        second;                                                                                    \
    }
// clang-format off
BOTH(RaceMapRW, rw, USE(map_get(&rw, 5)), map_insert(&rw, 6, 1))
BOTH(RaceMapRW2, rw2, USE(map_find(&rw2, 5) != NULL), map_insert(&rw2, 6, 1))
BOTH(RaceMapRWArray, rw_array, USE(map_get(&rw_array, 1)), map_insert(&rw_array, 7, 1))
BOTH(NoRaceMapRR, rr, USE(map_get(&rr, 1)), USE(map_get(&rr, 2)))
BOTH(RaceMapRange, range, map_each(&range), map_insert(&range, 6, 1))
BOTH(RaceMapRange2, range2, map_each(&range2), map_insert(&range2, 6, 1))
BOTH(NoRaceMapRangeRange, range_range, map_each(&range_range), map_each(&range_range))
BOTH(RaceMapLen, len, USE(len.n), map_insert(&len, 6, 1))
BOTH(RaceMapDelete, del, map_delete(&del, 1), map_insert(&del, 6, 1))
BOTH(RaceMapLenDelete, len_delete, USE(len_delete.n), map_delete(&len_delete, 1))
BOTH(RaceMapAssignMultipleReturn, multiple, *map_find(&multiple, 1) = 2, USE(map_get(&multiple, 1)))
BOTH(RaceUnaddressableMapLen, unaddressable, USE(unaddressable.n), map_insert(&unaddressable, 9, 1))
// clang-format on

MAP(some_map);
struct map *variable = &some_map, *variable2 = &some_map, *variable3 = &some_map;
FIRST(RaceMapVariable) {
    variable = NULL;
}
SECOND(RaceMapVariable) {
    variable = &some_map;
}
FIRST(RaceMapVariable2) {
    map_insert(variable2, 5, 5);
}
SECOND(RaceMapVariable2) {
    variable2 = &some_map;
}
FIRST(RaceMapVariable3) {
    USE(map_get(variable3, 1));
}
SECOND(RaceMapVariable3) {
    variable3 = &some_map;
}

/* -- keys and values of size: hashed, compared and copied as bytes -- */

struct big {
    int of[BIG];
};
struct bigs {
    size_t n;
    struct big key[4], value[4];
};

COPIED unsigned hash(const struct big *key) {
    unsigned h = 5381;
    for (int i = 0; i < BIG; i++) {
        h = h * 33 + (unsigned)key->of[i];
    }
    return h;
}
COPIED struct big *bigs_find(struct bigs *m, const struct big *key) {
    size_t at = hash(key) % 4;
    return memcmp(&m->key[at], key, sizeof *key) == 0 ? &m->value[at] : NULL;
}
COPIED void bigs_insert(struct bigs *m, const struct big *key, const struct big *value) {
    size_t at = hash(key) % 4;
    memcpy(&m->key[at], key, sizeof *key);
    memcpy(&m->value[at], value, sizeof *value);
    m->n++;
}
COPIED void bigs_delete(struct bigs *m, const struct big *key) {
    struct big *found = bigs_find(m, key);
    if (found != NULL) {
        memset(found, 0, sizeof *found);
        m->n--;
    }
}
COPIED void bigs_get(struct bigs *m, const struct big *key) {
    struct big copy, *found = bigs_find(m, key);
    if (found != NULL) {
        memcpy(&copy, found, sizeof copy);
        SHOW(copy);
    }
}

static const struct big zeros;
#define BIGS(row, name, first, second)                                                             \
    struct bigs name##_map;                                                                        \
    struct big name;                                                                               \
    FIRST(row) {                                                                                   \
        first;                                                                                     \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        second;                                                                                    \
    }
// clang-format off
BIGS(RaceMapLookupPartKey, part_key, USE(bigs_find(&part_key_map, &part_key)), part_key.of[5] = 1)
BIGS(RaceMapLookupPartKey2, part_key2, USE(bigs_find(&part_key2_map, &part_key2) != NULL), part_key2.of[5] = 1)
BIGS(RaceMapDeletePartKey, delete_key, bigs_delete(&delete_key_map, &delete_key), delete_key.of[5] = 1)
BIGS(RaceMapInsertPartKey, insert_key, bigs_insert(&insert_key_map, &insert_key, &zeros), insert_key.of[5] = 1)
BIGS(RaceMapInsertPartVal, insert_value, bigs_insert(&insert_value_map, &zeros, &insert_value), insert_value.of[5] = 1)
BIGS(RaceMapBigKeyAccess1, big_key1, bigs_get(&big_key1_map, &big_key1), big_key1.of[BIG - 1] = 1)
BIGS(RaceMapBigKeyAccess2, big_key2, USE(bigs_find(&big_key2_map, &big_key2) != NULL), big_key2.of[BIG - 1] = 1)
BIGS(RaceMapBigKeyInsert, big_insert, bigs_insert(&big_insert_map, &big_insert, &zeros), big_insert.of[BIG - 1] = 1)
BIGS(RaceMapBigKeyDelete, big_delete, bigs_delete(&big_delete_map, &big_delete), big_delete.of[BIG - 1] = 1)
BIGS(RaceMapBigValInsert, val_insert, bigs_insert(&val_insert_map, &zeros, &val_insert), val_insert.of[BIG - 1] = 1)
BIGS(RaceMapBigValAccess1, val_access1, bigs_get(&val_access1_map, &zeros), bigs_find(&val_access1_map, &zeros)->of[BIG - 1] = 1)
BIGS(RaceMapBigValAccess2, val_access2, bigs_get(&val_access2_map, &zeros), bigs_find(&val_access2_map, &zeros)->of[0] = 1)
// clang-format on

/* -- regression_test -- */

PART(NoRaceStackPushPop_escapes) {
    *(int *)unused = 1;
    tell();
}
static __attribute__((noinline)) void push_pop(int depth) {
    int frame[16];
    memset(frame, 0, sizeof frame);
    SHOW(frame);
    if (depth > 0) {
        push_pop(depth - 1);
    }
}
ROW(NoRaceStackPushPop) {
    int escaped = 0;
    SHOW(escaped);
    task(NoRaceStackPushPop_escapes, &escaped);
    hear();
    push_pop(10);
    push_pop(10);
}
static int rpc_calls;
PART(NoRaceRpcChan_server) {
    rdl_send(unused, (int[]){1});
}
static rdl_chan *rpc(void) {
    rdl_chan *c = RDL_CHAN(int, 1);
    rpc_calls++;
    task(NoRaceRpcChan_server, c);
    return c;
}
ROW(NoRaceRpcChan) {
    USE(RDL_RECV_VALUE(rpc(), int));
    if (rpc_calls != 1) {
        abort();
    }
}
struct returned {
    int of[4];
} returned;
PART(NoRaceReturn_reader) {
    struct returned copy = *(struct returned *)unused;
    SHOW(copy);
    tell();
}
static __attribute__((noinline)) struct returned returns(void) {
    task(NoRaceReturn_reader, &returned);
    return returned;
}
ROW(NoRaceReturn) {
    struct returned got = returns();
    SHOW(got);
    hear();
}

/* -- rangefunc_test: an iterator that runs the body in two tasks -- */

struct body {
    void (*run)(struct body *, int);
    int seen;
    _Atomic int sum;
};
static void counts(struct body *b, int i) {
    b->seen = i;
}
static void sums(struct body *b, int i) {
    atomic_fetch_add(&b->sum, i);
}
struct body racing_body = {.run = counts}, atomic_body = {.run = sums};
FIRST(RaceRangeFuncIterator) {
    racing_body.run(&racing_body, 1);
}
SECOND(RaceRangeFuncIterator) {
    racing_body.run(&racing_body, 2);
}
FIRST(NoRaceRangeFuncIterator) {
    atomic_body.run(&atomic_body, 1);
}
SECOND(NoRaceRangeFuncIterator) {
    atomic_body.run(&atomic_body, 2);
}

/* mop_test's crawler. */
MAP(visited);
static void crawl(int page, int depth) {
    if (depth == 0 || map_get(&visited, page) != 0) {
        return;
    }
    map_insert(&visited, page, 1);
    crawl(page + 1, depth - 1);
}
FIRST(RaceCrawl) {
    crawl(3, 3);
}
SECOND(RaceCrawl) {
    crawl(6, 3);
}
