/* real.h - the functions we stand before: real.name is the next definition after ours.
 *
 * Law   The table is filled once, before main, by front_start, or earlier by the first call that
 * needs it. dlsym itself may allocate: alloc.c has its own way until then.
 */
#ifndef RADDLE_INSTRUMENT_REAL_H
#define RADDLE_INSTRUMENT_REAL_H

#include <aio.h>
#include <dirent.h>
#include <grp.h>
#include <iconv.h>
#include <mqueue.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <threads.h>
#include <time.h>
#include <ucontext.h>
#include <wchar.h>
#include <wordexp.h>

struct made_ready; /* cxx_ready.c */

struct real_functions {
#define REAL(result, name, parameters) result(*name) parameters;
#include "instrument/interpose.def"
};
extern __attribute__((visibility("hidden"))) struct real_functions real;

/* Fills the table; a name that nobody defines stays NULL. Any thread, any number of times. */
__attribute__((visibility("hidden"), cold, noinline)) void real_find(void);

/* Finds that function, and all others unless that is under way on this thread: a dlsym that fails allocates,
 * and an allocator that begins with it, holding its own lock, may call us. */
__attribute__((visibility("hidden"), cold, noinline)) void real_want(void *slot, const char *name);

/* The real function, found now if need be. */
#define REAL_OF(name)                                                                              \
    (__builtin_expect(real.name != NULL, 1) ? real.name : (real_want(&real.name, #name), real.name))

#endif
