// A race with a std::thread: where it was made is a line of ours, though libstdc++ makes it. Status 1: no environment.
#include <cstdlib>
#include <thread>

static int shared;

int main() {
    std::thread other([] { shared++; });
    shared++;
    other.join();
    return getenv("PATH") == nullptr;
}
