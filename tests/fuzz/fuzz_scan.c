/* fuzz_scan.c - bytes are JSON, or not, looked at where they lie.
 *
 * What scan_valid() takes a parser takes too, and both find the same members.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "instrument/tools/report/scan.h"

static void fail(const char *what) {
    fprintf(stderr, "the scanner and the parser disagree: %s\n", what);
    abort();
}

static void compare(struct span object, const json_t *tree) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)tree, key, value) {
        char *name = json_dumps(json_string(key), JSON_ENCODE_ANY);
        if (strlen(name) != strlen(key) + 2) { /* escaped: nobody asks for such */
            free(name);
            continue;
        }
        free(name);
        struct span found = scan_member(object, key);
        json_t *again = scan_tree(found);
        if (found.from != NULL && !json_equal(again, value)) {
            fail(key);
        }
        if (found.from != NULL && json_is_object(value)) {
            compare(found, value);
        }
        json_decref(again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *text = malloc(size + 1);
    memcpy(text, bytes, size);
    text[size] = '\0';
    const struct span span = {text, text + size};
    if (memchr(text, '\0', size) == NULL && scan_valid(span)) {
        json_t *tree = json_loadb(text, size, 0, NULL);
        if (tree == NULL) {
            fail("what is valid");
        }
        compare(span, tree);
        json_decref(tree);
    }
    free(text);
    return 0;
}
