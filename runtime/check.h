/* check.h - assertions of the debug build (meson -Dbuildtype=debug); nothing otherwise. */
#ifndef RDL__CHECK_H
#define RDL__CHECK_H

#ifdef RDL__DEBUG
_Noreturn void rdl__check_failed(const char *law, const char *file, int line);
#define DCHECK(law)                                                                                \
    do {                                                                                           \
        if (!(law)) {                                                                              \
            rdl__check_failed(#law, __FILE__, __LINE__);                                           \
        }                                                                                          \
    } while (0)
#else
#define DCHECK(law) ((void)0)
#endif

#endif
