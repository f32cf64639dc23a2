// A container that two threads fill: what races lies in members that the library named.
#include <thread>
#include <vector>

#include "tests/reports/programs/turns.h"

struct Log {
    int level;
    std::vector<int> lines;
};
Log journal;

static void fill(int who) {
    turn_begin(who);
    journal.lines.push_back(who);
    turn_end(who);
}

int main(int argc, char **) {
    turns_of(argc);
    std::thread first(fill, 0), second(fill, 1);
    first.join();
    second.join();
    return 0;
}
