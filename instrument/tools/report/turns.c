/* turns.c - see turns.h. */
#include "instrument/tools/report/turns.h"

#include <stdbool.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/stacks.h"

/* May step i + 1 have needed the lock that step i holds? */
static bool comes_after_next(const json_t *cycle, size_t i) {
    const json_t *step = json_array_get(cycle, i), *next = json_array_get(cycle, i + 1);
    const json_t *takes = json_object_get(step, "takes"), *held = json_object_get(next, "holds");
    return held != NULL && json_object_get(step, "holds") != NULL &&
           stacks_are_same(json_object_get(takes, "taken"), json_object_get(held, "taken"));
}

/* Steps of which each needs the next one first are turned round. */
size_t *turns_of_locks(const json_t *cycle) {
    size_t n = json_array_size(cycle), placed = 0, *order = mem_new(n + 1, sizeof *order);
    for (size_t first = 0, last = 0; first < n; first = last = last + 1) {
        while (last + 1 < n && comes_after_next(cycle, last)) {
            last++;
        }
        for (size_t k = last + 1; k-- > first;) {
            order[placed++] = k;
        }
    }
    return order;
}
