// Members whose place is more than an offset: behind virtual bases, in padding, in unions, in bits, beside static ones.
#include <thread>

#include "tests/reports/programs/turns.h"

struct Plain {
    int last;
};
struct Virtual : virtual Plain {
    int own;
};
Virtual of_virtual, of_base;

struct Padded {
    long long first;
    int last;
    virtual ~Padded() = default;
};
struct Behind : Padded {
    int own;
};
Behind behind, before;

union Word {
    int whole;
    struct {
        short low, high;
    } half;
    unsigned char bytes[4];
};
Word as_whole, as_half, as_byte;

struct Bits {
    unsigned first : 3, second : 5;
    int own;
};
Bits of_bits, beside_bits;

struct Static {
    static constexpr bool is_static = true;
    struct {
        bool own;
    } part;
};
Static beside_static;

__attribute__((noinline)) static void touch() {
    ++of_virtual.own;
    ++of_base.last;
    ++behind.own;
    ++before.last;
    ++as_whole.whole;
    ++as_half.half.high;
    ++as_byte.bytes[2];
    ++of_bits.second;
    ++beside_bits.own;
    beside_static.part.own ^= true;
}

int main(int argc, char **) {
    turns_of(argc);
    std::thread first([] {
        turn_begin(0);
        touch();
        turn_end(0);
    });
    std::thread second([] {
        turn_begin(1);
        touch();
        turn_end(1);
    });
    first.join();
    second.join();
    return 0;
}
