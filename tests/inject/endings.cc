// A race with a std::thread: where it was made is a line of ours, though libstdc++ makes it.
#include <thread>

static int shared;

int main() {
    std::thread other([] { shared++; });
    shared++;
    other.join();
}
