/* test_given.c - pointers are found in bytes that are given away, and nothing else is; what cannot be read is not read;
 * and libraries that ask for a function are told from those that do not.
 */
#include "instrument/given.h"
#include "instrument/imports.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct front_end front;
_Thread_local struct thread_self self;

static int failures;
static uintptr_t wanted;
static uint32_t found, words;

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #claim);                            \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

static void see(uintptr_t word) {
    found += word == wanted;
    words++;
}

static bool has(const void *pointer) {
    wanted = (uintptr_t)pointer;
    found = 0;
    words = 0;
    given_each(see);
    return found == 1;
}

static void pointers_are_found(void) {
    static char bytes[8192];
    char *small = malloc(8), *large = malloc((size_t)1 << 24), local, *late = malloc(8),
         *end = malloc(8);
    char *odd = malloc(8);
    memcpy(bytes + 3, &small, sizeof small);
    memcpy(bytes + 260, &large, sizeof large);
    char *here = &local;
    memcpy(bytes + 4004, &here, sizeof here);
    memcpy(bytes + sizeof bytes - sizeof end, &end, sizeof end);
    memcpy(bytes + 5001, &odd, sizeof odd);
    given_bytes(bytes, sizeof bytes);
    given_bytes(bytes, sizeof bytes);
    CHECK(has(small) && has(large) && has(here) && has(end));
    CHECK(!has(odd) && !has(late)); /* far behind, every fourth byte is looked at */
    given_word((uintptr_t)late);
    CHECK(has(late));
    struct iovec parts[2] = {{.iov_base = &odd, .iov_len = sizeof odd - 1}, {&odd, sizeof odd}};
    given_parts(parts, 1);
    CHECK(!has(odd));
    given_parts(parts, 2);
    CHECK(has(odd));
}

static void others_are_not(void) {
    static const char text[] = "not a single word of what is written here leads anywhere at all";
    static int numbers[4096];
    uint32_t before = has(NULL) ? 0 : words;
    for (int i = 0; i < 4096; i++) {
        numbers[i] = i % 1000;
    }
    given_bytes(text, sizeof text);
    given_bytes(numbers, sizeof numbers);
    given_word(0);
    given_word(1234);
    given_word(UINTPTR_MAX);
    given_word((uintptr_t)0x400 << 32);
    CHECK(!has(NULL) && words == before);
}

static void bad_memory_is_not_read(void) {
    size_t page = 4096;
    char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mprotect(two + page, page, PROT_NONE) == 0);
    given_bytes(two + page - 8, 16);
    given_bytes(two, 2 * page);
    given_bytes(two + page, (size_t)1 << 40);
    given_bytes(NULL, 8);
    given_bytes((const void *)-8L, 64);
    given_bytes((const void *)((uintptr_t)1 << 63), 64);
}

static void it_may_be_full(void) {
    CHECK(!given_is_full());
    for (uintptr_t i = 0; i <= GIVEN_AT_MOST; i++) {
        given_word(((uintptr_t)0x7f00 << 32) + i * 16);
    }
    CHECK(given_is_full());
    has(NULL);
    CHECK(words <= GIVEN_SLOTS);
}

static bool asks_for(const char *name) {
    const char *const names[] = {"no_such_function", name, NULL};
    return imports_any(names);
}

static void what_is_asked_for(void) {
    CHECK(asks_for("printf")); /* nothing is known of the linker's list */
    for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_DEBUG) {
            front.modules.linker = (const struct r_debug *)entry->d_un.d_ptr;
        }
    }
    CHECK(asks_for("mprotect") && asks_for("malloc"));
    CHECK(!asks_for("regexec") && !asks_for("mprotec") && !asks_for("mprotectt"));
}

int main(void) {
    front.on = true;
    front.options.reachability = true;
    given_heap_begins((uintptr_t)&front);
    pointers_are_found();
    others_are_not();
    bad_memory_is_not_read();
    it_may_be_full();
    what_is_asked_for();
    return failures != 0;
}
