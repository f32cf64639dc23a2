/* pool_driver.cpp - does a thread pool of std::thread, std::future and exceptions work observed?
 *
 * The header is libthread-pool's. Its own test computes for a minute and throws nothing: here tasks
 * submit tasks, throw through their future, and change what a mutex guards.
 */
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "thread_pool/thread_pool.hpp"

static unsigned fibonacci(unsigned n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static unsigned even_only(unsigned n) {
    if (n % 2 != 0) {
        throw std::runtime_error("odd: " + std::to_string(n));
    }
    return fibonacci(n);
}

/* pool_driver [TASKS] */
int main(int argc, char **argv) {
    const unsigned tasks = argc > 1 ? static_cast<unsigned>(std::stoul(argv[1])) : 400;
    std::mutex mutex;
    std::string last;
    unsigned long sum = 0;
    unsigned thrown = 0, finished = 0;
    {
        thread_pool::ThreadPool pool(4);
        std::vector<std::future<unsigned>> results;
        for (unsigned i = 0; i < tasks; i++) {
            results.push_back(pool.Submit([&, i] {
                unsigned n = even_only(i % 20);
                std::lock_guard<std::mutex> lock(mutex);
                last = "task " + std::to_string(i);
                finished++;
                return n;
            }));
        }
        for (auto &result : results) {
            try {
                sum += result.get();
            } catch (const std::runtime_error &error) {
                thrown += std::string(error.what()).compare(0, 4, "odd:") == 0;
            }
        }
    }
    std::printf("%lu %u %u %d\n", sum, thrown, finished, last.empty());
    return 0;
}
