/* Rule    paths.terminate-handler  [D4]
 * Expect  race x
 * Stack   write_x on_terminate
 * Ends    promise a
 * Why     An exception that nobody may let pass ends in the handler of terminate, called by the
 *         function that promised: those that it left on the way are gone.
 */
#include "paths.h"
#include "thrower.h"

#include <csetjmp>
#include <exception>

int x;
jmp_buf home;

__attribute__((noinline)) static int promise(int depth) noexcept {
    return leave(depth) + 1;
}

__attribute__((noinline)) static void write_x() {
    x = 1;
}

static void on_terminate() {
    write_x();
    mark(1);
    longjmp(home, 1); /* no handler may return, and nobody else would come back */
}

static void *a(void *) {
    std::set_terminate(on_terminate);
    return setjmp(home) == 0 && promise(4) != 0 ? &x : nullptr;
}

int main() {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    FIRST(thread);
    x = 2;
    return 0;
}
