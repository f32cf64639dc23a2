/* Rule    cxx.stop_token  [HB-C11-02]
 * Expect  race x
 * Why     what comes after it does not.
 * Twin    stop_token_ordered.cc
 */
#include <thread>

int x;

int main() {
    std::jthread thread([](std::stop_token token) {
        while (!token.stop_requested()) {
            std::this_thread::yield();
        }
        x++;
    });
    thread.request_stop();
    x = 1;
    return 0;
}
