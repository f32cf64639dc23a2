/* Rule    cxx.intrusive_count  [HB-C11-02]
 * Expect  race block
 * Why     it goes down relaxed.
 * Twin    intrusive_count_ordered.cc
 */
#include "../invisible.h"

#include <atomic>
#include <thread>

struct Block {
    std::atomic<int> owners{2};
    int used = 0;
};
static Block block;

static void let_go() {
    if (block.owners.fetch_sub(1, std::memory_order_relaxed) == 1) {
        block.used = -1;
    }
}

int main() {
    std::thread thread([] {
        block.used++;
        let_go();
        mark(0);
    });
    await(0);
    let_go();
    thread.join();
    return 0;
}
