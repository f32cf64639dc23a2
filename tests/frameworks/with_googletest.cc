// with_googletest.cc - tests of GoogleTest: one process for all, so only stacks tell them apart.
#include "work.h"

#include <gtest/gtest.h>
#include <thread>
#include <utility>
#include <vector>

TEST(Bank, DepositsAreLocked) {
    two_deposits(1);
    EXPECT_GE(balance, 2);
}

TEST(Bank, DepositsRace) {
    two_deposits(0);
    EXPECT_GE(balance, 1);
}

// The accesses are a lambda's, and its thread is made by another.
template <typename T> class Sums : public testing::Test {};
using Kinds = testing::Types<int>;
TYPED_TEST_SUITE(Sums, Kinds);

TYPED_TEST(Sums, GrandchildrenRace) {
    TypeParam sum = 0;
    std::thread child([&sum] {
        std::vector<std::thread> grandchildren;
        for (int i = 0; i < 2; i++) {
            grandchildren.emplace_back([&sum] { sum++; });
        }
        for (std::thread &one : grandchildren) {
            one.join();
        }
    });
    child.join();
    EXPECT_GE(sum, 1);
}
