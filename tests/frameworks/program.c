/* program.c - a test that is a program: `race` races, `lock` does not. With a second word the test says
 * its name itself. */
#include "work.h"

#include <raddle/detector.h>
#include <string.h>

int main(int argc, char **argv) {
    int locked = argc < 2 || strcmp(argv[1], "race") != 0;
    if (argc > 2) {
        rdl_test_begin("before");
        rdl_test_end();
        rdl_test_begin(argv[2]);
    }
    two_deposits(locked);
    return 0;
}
