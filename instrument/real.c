/* real.c - finds the functions we stand before.
 *
 * Zone   COLD: dlsym allocates and locks. It runs in our constructor, before any other code of the
 *        process, unless another library has taken that privilege (-z initfirst) and calls first.
 */
#include "instrument/real.h"

#include "instrument/front.h"
#include "instrument/sys.h"

#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

struct real_functions real;

/* Of a name that newer libraries have for the meaning that C23 gives it, the older one. NULL: it is none. */
static const char *before_c23(const char *name) {
    static const char prefix[] = "__isoc23_";
    for (size_t i = 0; i < sizeof prefix - 1; i++) {
        if (name[i] != prefix[i]) {
            return NULL;
        }
    }
    return name + sizeof prefix - 1;
}

/* POSIX makes dlsym return functions as data pointers; the copy says so to the compiler. Who asks by a weak reference
 * whether there is a function of C23 finds ours, which must do something where there is none. */
static void find(void *slot, const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL && before_c23(name) != NULL) {
        function = dlsym(RTLD_NEXT, before_c23(name));
    }
    if (function != NULL) {
        __builtin_memcpy(slot, &function, sizeof function);
    }
}

static void find_clock(void) {
    void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
    void *function = vdso != NULL ? dlsym(vdso, "__vdso_clock_gettime") : NULL;
    __builtin_memcpy(&sys_vdso_clock, &function, sizeof function);
}

/* An allocator that replaces malloc alone leaves the C library's function, which knows nothing of its blocks. */
static bool are_of_one_allocator(void) {
    Dl_info of_malloc, of_size;
    size_t (*size)(void *) = malloc_usable_size;
    return dladdr(*(void **)&real.malloc, &of_malloc) != 0 &&
           dladdr(*(void **)&size, &of_size) != 0 && of_malloc.dli_fbase == of_size.dli_fbase;
}

void real_want(void *slot, const char *name) {
    if (self.finding) {
        find(slot, name);
    } else {
        real_find();
    }
}

void real_find(void) {
    struct det_task *t = hide_enter();
    self.finding = true;
#define REAL(result, name, parameters) find(&real.name, #name);
#include "instrument/interpose.def"
    find_clock();
    front.knows_rooms = are_of_one_allocator();
    self.finding = false;
    (void)dlerror(); /* names that nobody defines are no news to the program */
    hide_leave(t);
}
