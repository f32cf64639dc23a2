/* Rule    cxx.stop_token  [HB-C11-02]
 * Expect  none
 * Why     what comes before request_stop happens before it is noticed.
 * Twin    stop_token_races.cc
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
    x = 1;
    thread.request_stop();
    return 0;
}
