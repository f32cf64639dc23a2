// exceptions.cpp - C++17 inside goroutines: exceptions, destructors, and where they meet panics.
//
// Each test is a function; those that end the process run in a child. Prints what fails; status 1.
#include <raddle.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

static int failures;

#define CHECK(what)                                                                                \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                        \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

struct Group {
    rdl_waitgroup wg = {};
    void run(void (*fn)(void *), void *arg) {
        rdl_waitgroup_go(&wg, fn, arg);
        rdl_waitgroup_wait(&wg);
    }
};

static std::string trace;

struct Guard {
    const char *name;
    ~Guard() { trace += name; }
};

static void note(void *text) {
    trace += static_cast<const char *>(text);
}

__attribute__((noinline)) static void throw_boom(void *) {
    throw std::runtime_error("boom");
}

// -- thrown and caught inside one goroutine --

static void catch_inside(void *) {
    Guard outer{"o"};
    try {
        Guard inner{"i"};
        throw_boom(nullptr);
    } catch (const std::exception &e) {
        trace += e.what();
    }
}

static void test_caught_inside() {
    trace.clear();
    Group().run(catch_inside, nullptr);
    CHECK(trace == "iboomo");
}

// -- a park inside a catch block, on to another thread, and a rethrow there --

struct Move {
    rdl_chan *wake;
    rdl_waitgroup helpers = {};
    std::atomic<int> thread{0};
    std::atomic<bool> awake{false};
    bool moved = false;
    std::string caught;
};

static void wake_it(void *move) {
    rdl_close(static_cast<Move *>(move)->wake);
}

// Keeps the thread on which the other has parked, so that it must wake elsewhere.
static void occupy_thread(void *arg) {
    auto *move = static_cast<Move *>(arg);
    rdl_waitgroup_go(&move->helpers, wake_it, move);
    if (move->thread == gettid()) {
        while (!move->awake) {
        }
    }
}

static void park_in_catch(void *arg) {
    auto *move = static_cast<Move *>(arg);
    try {
        try {
            throw_boom(nullptr);
        } catch (...) {
            move->thread = gettid();
            rdl_waitgroup_go(&move->helpers, occupy_thread, move);
            rdl_recv(move->wake, nullptr);
            move->moved = gettid() != move->thread;
            move->awake = true;
            throw;
        }
    } catch (const std::runtime_error &e) {
        move->caught = e.what();
    }
}

static void test_rethrow_on_another_thread() {
    int moved = 0;
    rdl_maxprocs(2);
    for (int round = 0; round < 500 && moved < 3; round++) {
        Move move;
        move.wake = rdl_chan_make(0, 0);
        Group().run(park_in_catch, &move);
        rdl_waitgroup_wait(&move.helpers);
        CHECK(move.caught == "boom");
        moved += move.moved;
        rdl_yield();
    }
    CHECK(moved > 0);
    CHECK(std::uncaught_exceptions() == 0);
}

// Many at a time, each with its own exception under way.
static void rethrow_own(void *number) {
    const auto own = reinterpret_cast<std::intptr_t>(number);
    try {
        try {
            throw own;
        } catch (...) {
            for (int i = 0; i < 20; i++) {
                rdl_yield();
            }
            throw;
        }
    } catch (std::intptr_t value) {
        CHECK(value == own);
    }
}

static void test_exceptions_do_not_mix() {
    rdl_waitgroup wg = {};
    for (std::intptr_t i = 0; i < 200; i++) {
        rdl_waitgroup_go(&wg, rethrow_own, reinterpret_cast<void *>(i));
    }
    rdl_waitgroup_wait(&wg);
}

// -- with deferred and protected calls --

static void defer_and_guard(void *) {
    Guard first{"1"};
    RDL_DEFER(note, const_cast<char *>("2"));
    Guard third{"3"};
    throw_boom(nullptr);
}

static void test_defer_runs_with_destructors() {
    trace.clear();
    try {
        defer_and_guard(nullptr);
    } catch (const std::runtime_error &) {
        trace += "c";
    }
    CHECK(trace == "321c");
}

static void panic_below(void *) {
    Guard skipped{"never"}; // documented: a panic drops frames without their destructors
    RDL_DEFER(note, const_cast<char *>("d"));
    rdl_panic("p");
}

static void test_panic_through_frames() {
    rdl_panic_info info;
    trace.clear();
    CHECK(!rdl_try(panic_below, nullptr, &info));
    CHECK(trace == "d");
    CHECK(std::strcmp(info.message, "p") == 0);
}

static void pass_try(void *) {
    bool caught = false;
    try {
        rdl_try(throw_boom, nullptr, nullptr);
    } catch (const std::runtime_error &) {
        caught = true;
    }
    CHECK(caught);
    CHECK(!rdl_try(panic_below, nullptr, nullptr));
    CHECK(rdl_try(catch_inside, nullptr, nullptr));
}

static void test_exception_passes_try() {
    pass_try(nullptr);
    Group().run(pass_try, nullptr);
}

// -- a thread of C++'s own --

static void test_thread() {
    rdl_chan *ch = RDL_CHAN(int, 0);
    std::thread thread([ch] { RDL_SEND_VALUE(ch, 7); });
    CHECK(RDL_RECV_VALUE(ch, int) == 7);
    thread.join();
    rdl_chan_free(ch);
}

// -- ends of the process --

struct Base {
    virtual ~Base() = default;
    int filler = 1;
};
struct Named : Base, std::exception {
    const char *what() const noexcept override { return "two\nlines"; }
};

static void throw_named(void *) {
    throw Named();
}
static void throw_int(void *) {
    throw 42;
}
static void throw_deferred(void *) {
    RDL_DEFER(throw_boom, nullptr);
    rdl_panic("first");
}
static void exit_thread(void *) {
    pthread_exit(nullptr);
}

static std::string die(void (*fn)(void *), int *status) {
    int ends[2];
    std::string text;
    char bytes[512];
    if (pipe(ends) != 0) {
        return text;
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        alarm(30);
        Group().run(fn, nullptr);
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], bytes, sizeof(bytes))) > 0;) {
        text.append(bytes, static_cast<std::size_t>(n));
    }
    close(ends[0]);
    waitpid(pid, status, 0);
    return text;
}

static void expect_end(void (*fn)(void *), const char *header, const char *frame) {
    int status = 0;
    std::string text = die(fn, &status);
    std::string start = std::string("fatal error: ") + header + "\n\ngoroutine ";
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 2 &&
                text.compare(0, start.size(), start) == 0 && text.find(frame) != std::string::npos;
    if (!good) {
        std::fprintf(stderr, "expected %s: status %x, %s\n", header, static_cast<unsigned>(status),
                     text.c_str());
    }
    CHECK(good);
}

static void test_exceptions_that_leave() {
    expect_end(throw_boom, "rdl: a C++ exception left a goroutine: std::runtime_error: boom",
               "throw_boom");
    expect_end(throw_named, "rdl: a C++ exception left a goroutine: Named: two\n\tlines",
               "throw_named");
    expect_end(throw_int, "rdl: a C++ exception left a goroutine: int", "throw_int");
    expect_end(throw_deferred,
               "rdl: a C++ exception left a call deferred in a goroutine that panics or ends: "
               "std::runtime_error: boom",
               "throw_deferred");
    expect_end(exit_thread, "rdl: pthread_exit or cancellation in a goroutine", "exit_thread");
}

int main() {
    test_exceptions_that_leave(); // first: a forked child must find the runtime unused
    test_caught_inside();
    test_rethrow_on_another_thread();
    test_exceptions_do_not_mix();
    test_defer_runs_with_destructors();
    test_panic_through_frames();
    test_exception_passes_try();
    test_thread();
    return failures != 0;
}
