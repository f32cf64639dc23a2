/* exception.h - where C++ exceptions meet the runtime.
 *
 * Inside a goroutine they are C++'s own business. One that would leave the goroutine, or a call that
 * a panic or rdl_goexit runs, is fatal while all frames are still there to be shown: the unwinder,
 * looking for a handler, asks the functions below, which stand as personality routines in the frames
 * of arch/. Through rdl_try an exception passes, as rdl_goexit does.
 */
#ifndef RDL__EXCEPTION_H
#define RDL__EXCEPTION_H

#include <unwind.h>

#define EXCEPTION_ASKED                                                                            \
    int version, _Unwind_Action actions, _Unwind_Exception_Class class,                            \
        struct _Unwind_Exception *exception, struct _Unwind_Context *context

_Unwind_Reason_Code rdl__exception_at_entry(EXCEPTION_ASKED);
_Unwind_Reason_Code rdl__exception_at_call(EXCEPTION_ASKED);
_Unwind_Reason_Code rdl__exception_at_try(EXCEPTION_ASKED);

#endif
