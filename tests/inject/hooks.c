/* Every kind of access and atomic operation that C has, with its result checked. */
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

struct big {
    int field[20];
};

static struct big a, b;
static _Atomic int fenced;

#define ATOMICS(type)                                                                              \
    static int check_##type(void) {                                                                \
        static _Atomic type x;                                                                     \
        type expected = 1;                                                                         \
        atomic_store_explicit(&x, 5, memory_order_release);                                        \
        int good = atomic_exchange(&x, 12) == 5;                                                   \
        good &= atomic_fetch_add_explicit(&x, 3, memory_order_relaxed) == 12;                      \
        good &= atomic_fetch_sub(&x, 1) == 15;                                                     \
        good &= atomic_fetch_and(&x, 6) == 14;                                                     \
        good &= atomic_fetch_or(&x, 9) == 6;                                                       \
        good &= atomic_fetch_xor(&x, 1) == 15;                                                     \
        good &= __atomic_fetch_nand((type *)&x, 7, __ATOMIC_SEQ_CST) == 14;                        \
        good &= (type)atomic_load(&x) == (type)~6;                                                 \
        good &= !atomic_compare_exchange_strong(&x, &expected, 2) && expected == (type)~6;         \
        good &= atomic_compare_exchange_strong(&x, &expected, 2);                                  \
        expected = 3;                                                                              \
        good &= !atomic_compare_exchange_weak(&x, &expected, 4) && expected == 2;                  \
        return good && atomic_load_explicit(&x, memory_order_acquire) == 2;                        \
    }

ATOMICS(uint8_t)
ATOMICS(uint16_t)
ATOMICS(uint32_t)
ATOMICS(uint64_t)

static int check_16_bytes(void) {
    static unsigned __int128 x;
    unsigned __int128 high = (unsigned __int128)1 << 64;
    int good = __sync_fetch_and_add(&x, high) == 0;
    good &= __sync_val_compare_and_swap(&x, high, high + 3) == high;
    good &= __sync_fetch_and_or(&x, 4) == high + 3;
    return good && x == high + 7;
}

int main(void) {
    volatile int noisy = 1;
    a.field[3] = noisy;
    b = a;
    memcpy(&a, &b, sizeof a);
    memmove(&b, &a, sizeof b);
    if (b.field[3] != 1) {
        return 1;
    }
    memset(&b, 0, sizeof b);
    atomic_thread_fence(memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&fenced, 1, memory_order_relaxed);
    return check_uint8_t() && check_uint16_t() && check_uint32_t() && check_uint64_t() &&
                   check_16_bytes() && b.field[3] == 0
               ? 0
               : 2;
}
