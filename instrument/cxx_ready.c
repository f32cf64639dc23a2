/* cxx_ready.c - C++ results that become ready when their thread ends: std::promise::set_value_at_thread_exit and its
 * kin, std::packaged_task::make_ready_at_thread_exit.
 *
 * All that the thread did, its thread-local destructors too, happens before a wait for the result returns
 * [C++20 futures.state 8.3, HB-C11-02]. Who waits reads the state's status by an atomic load in compiled code, a
 * hook; the store that it pairs with is in a callback of libstdc++'s thread exit, unseen. So the callback of each
 * such result is wrapped, and releases first.
 */
#include "instrument/front.h"
#include "instrument/real.h"

#include <dlfcn.h>

/* libstdc++'s std::__future_base::_State_baseV2::_Make_ready, which is part of its ABI since GCC 5. */
struct made_ready {
    struct made_ready *next;
    void (*callback)(void *);
    char *state; /* a weak pointer: its two words */
    const struct {
        void *table;
        _Atomic int owners, watchers;
    } * counts;
};

enum { STATUS = 16 }; /* in the state, behind its table and the result */

static void becomes_ready(void *made) {
    const struct made_ready *m = made;
    bool lives =
        m->counts != NULL && atomic_load_explicit(&m->counts->owners, memory_order_acquire) > 0;
    struct det_task *t = lives ? event_enter() : NULL;
    if (t != NULL) {
        det_release_merge(t, (uintptr_t)(m->state + STATUS));
        event_leave();
    }
    atomic_load_explicit(&front.made_ready, memory_order_relaxed)(made);
}

#define MADE_READY _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv

/* The C++ library may be out of dlsym's reach, loaded by dlopen without RTLD_GLOBAL, although it binds to us. */
static void find(void) {
    static const char name[] = "_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv";
    void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
    void *function = library != NULL ? dlsym(library, name) : NULL;
    __builtin_memcpy(&real.MADE_READY, &function, sizeof function);
}

INTERPOSE void MADE_READY(struct made_ready *made);
void MADE_READY(struct made_ready *made) {
    if (UNLIKELY(real.MADE_READY == NULL)) {
        real_find();
    }
    if (UNLIKELY(real.MADE_READY == NULL)) {
        find();
    }
    real.MADE_READY(made);
    if (made->callback != becomes_ready) { /* called by this thread alone, at its end */
        atomic_store_explicit(&front.made_ready, made->callback, memory_order_relaxed);
        made->callback = becomes_ready;
    }
}
