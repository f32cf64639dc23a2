/* exception.c - what is said of a C++ exception that nothing catches.
 *
 * The C++ library is asked through weak symbols, so that a C program needs none. The layouts are
 * those of the Itanium C++ ABI (2.2.1, 2.9.5) and, for what(), of libstdc++.
 */
#include "runtime/exception.h"

#include <stdlib.h>

#include "runtime/crash.h"
#include "runtime/out.h"
#include "runtime/panic.h"
#include "runtime/text.h"

#define VENDOR_MASK  0xffffffffffffff00u /* the last byte tells dependent exceptions */
#define CLASS_GNU    0x474e5543432b2b00u /* GNUCC++ */
#define CLASS_LLVM   0x434c4e47432b2b00u /* CLNGC++ */
#define HEADER_BYTES 80 /* from the type in an exception's header to unwindHeader */

#define SLOT_DO_CATCH 4 /* of std::type_info: two destructors, is_pointer, is_function */
#define SLOT_WHAT     2 /* of std::exception: two destructors */

/* std::type_info and std::exception: a table of functions, then what follows. */
struct type_info {
    void *const *table;
    const char *name;
};
struct object {
    void *const *table;
};

extern const struct type_info _ZTISt9exception __attribute__((weak));
__attribute__((weak)) char *__cxa_demangle(const char *name, char *to, size_t *bytes, int *status);

static const struct type_info *type_of(struct _Unwind_Exception *exception) {
    return *(const struct type_info **)((char *)exception - HEADER_BYTES);
}

/* The thrown object lies behind the header; a dependent exception (rethrown) is not looked into. */
static const char *what_of(struct _Unwind_Exception *exception) {
    const struct type_info *type = type_of(exception);
    void *thrown = exception + 1;
    if (exception->exception_class != CLASS_GNU || &_ZTISt9exception == NULL) {
        return NULL;
    }
    bool (*do_catch)(const struct type_info *, const struct type_info *, void **, unsigned);
    *(void **)&do_catch = _ZTISt9exception.table[SLOT_DO_CATCH];
    if (!do_catch(&_ZTISt9exception, type, &thrown, 1)) {
        return NULL;
    }
    struct object *object = thrown;
    const char *(*what)(const struct object *);
    *(void **)&what = object->table[SLOT_WHAT];
    return what(object);
}

static void describe(struct out *o, struct _Unwind_Exception *exception) {
    uint64_t class = exception->exception_class & VENDOR_MASK;
    if (exception->exception_class != CLASS_GNU && exception->exception_class != CLASS_LLVM) {
        rdl__out_text(o, class == CLASS_GNU || class == CLASS_LLVM ? "rethrown" : "of no C++ type");
        return;
    }
    const char *name = type_of(exception)->name;
    char *readable = &__cxa_demangle != NULL ? __cxa_demangle(name, NULL, NULL, NULL) : NULL;
    rdl__out_text(o, readable != NULL ? readable : name);
    free(readable);
    const char *what = what_of(exception);
    if (what != NULL) {
        rdl__out_text(o, ": ");
        rdl__out_text(o, what);
    }
}

static _Noreturn void tell(const char *text, struct _Unwind_Exception *exception) {
    struct out o;
    rdl__out_start(&o, -1); /* what does not fit is dropped */
    rdl__emit_switch(NULL);
    describe(&o, exception);
    o.bytes[o.n < sizeof(o.bytes) ? o.n : sizeof(o.bytes) - 1] = 0;
    rdl__crash_fatal_about(text, o.bytes, 0);
}

_Unwind_Reason_Code rdl__exception_at_entry(EXCEPTION_ASKED) {
    (void)version, (void)class, (void)context;
    if ((actions & _UA_FORCE_UNWIND) != 0) {
        rdl__crash_misuse(TEXT_THREAD_EXIT, 0);
    }
    if ((actions & _UA_SEARCH_PHASE) != 0) {
        tell(TEXT_EXCEPTION, exception);
    }
    return _URC_CONTINUE_UNWIND;
}

_Unwind_Reason_Code rdl__exception_at_call(EXCEPTION_ASKED) {
    (void)version, (void)class, (void)context;
    if ((actions & _UA_SEARCH_PHASE) != 0) {
        tell(TEXT_EXCEPTION_DEFERRED, exception);
    }
    return _URC_CONTINUE_UNWIND;
}

_Unwind_Reason_Code rdl__exception_at_try(EXCEPTION_ASKED) {
    (void)version, (void)class, (void)exception, (void)context;
    if ((actions & _UA_CLEANUP_PHASE) != 0) {
        rdl__panic_pass_try();
    }
    return _URC_CONTINUE_UNWIND;
}
