/* times.c - clocks and calendars: what they read and write for their callers. Of a struct tm, a function
 * counts for the members that its description names. Those that answer with an object of libc's own
 * (localtime and its kin) write that object, for two callers share it [C11 7.27.3].
 * Zone: SYNC. Leaves errno alone.
 */
#include "instrument/ranges.h"
#include "instrument/sync_event.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* -- clocks -- */

INTERPOSE time_t time(time_t *to) {
    time_t now = REAL_OF(time)(to);
    fills(to, sizeof *to, CALLER_PC);
    return now;
}

INTERPOSE int clock_gettime(clockid_t clock, struct timespec *to) {
    int result = REAL_OF(clock_gettime)(clock, to);
    if (result == 0) {
        fills(to, sizeof *to, CALLER_PC);
    }
    return result;
}

INTERPOSE int clock_getres(clockid_t clock, struct timespec *to) {
    int result = REAL_OF(clock_getres)(clock, to);
    if (result == 0) {
        fills(to, sizeof *to, CALLER_PC);
    }
    return result;
}

INTERPOSE int timespec_get(struct timespec *to, int base) {
    int result = REAL_OF(timespec_get)(to, base);
    if (result != 0) {
        fills(to, sizeof *to, CALLER_PC);
    }
    return result;
}

INTERPOSE int gettimeofday(struct timeval *to, void *zone) {
    int result = REAL_OF(gettimeofday)(to, zone);
    if (result == 0) {
        fills(to, sizeof *to, CALLER_PC);
        fills(zone, sizeof(struct timezone), CALLER_PC);
    }
    return result;
}

INTERPOSE clock_t times(struct tms *to) {
    clock_t ticks = REAL_OF(times)(to);
    if (ticks != (clock_t)-1) {
        fills(to, sizeof *to, CALLER_PC);
    }
    return ticks;
}

INTERPOSE int getrusage(__rusage_who_t who, struct rusage *to) {
    int result = REAL_OF(getrusage)(who, to);
    if (result == 0) {
        fills(to, sizeof *to, CALLER_PC);
    }
    return result;
}

/* -- sleeps: they order nothing, but a report says who sleeps, or did before a race -- */

INTERPOSE unsigned sleep(unsigned seconds) {
    sync_sleep(CALLER_PC);
    unsigned left = REAL_OF(sleep)(seconds);
    sync_waited();
    return left;
}

INTERPOSE int usleep(useconds_t microseconds) {
    sync_sleep(CALLER_PC);
    int result = REAL_OF(usleep)(microseconds);
    sync_waited();
    return result;
}

INTERPOSE int thrd_sleep(const struct timespec *wanted, struct timespec *left) {
    takes(wanted, sizeof *wanted, CALLER_PC);
    sync_sleep(CALLER_PC);
    int result = REAL_OF(thrd_sleep)(wanted, left);
    sync_waited();
    if (result == -1) { /* a signal came */
        fills(left, sizeof *left, CALLER_PC);
    }
    return result;
}

/* What is left is told to who is interrupted. */
INTERPOSE int nanosleep(const struct timespec *wanted, struct timespec *left) {
    takes(wanted, sizeof *wanted, CALLER_PC);
    sync_sleep(CALLER_PC);
    int result = REAL_OF(nanosleep)(wanted, left);
    sync_waited();
    if (result != 0 && errno == EINTR) {
        fills(left, sizeof *left, CALLER_PC);
    }
    return result;
}

INTERPOSE int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
                              struct timespec *left) {
    takes(wanted, sizeof *wanted, CALLER_PC);
    sync_sleep(CALLER_PC);
    int result = REAL_OF(clock_nanosleep)(clock, flags, wanted, left);
    sync_waited();
    if (result == EINTR && (flags & TIMER_ABSTIME) == 0) {
        fills(left, sizeof *left, CALLER_PC);
    }
    return result;
}

/* -- calendars -- */

/* Members of a struct tm, from one to another. */
#define SPAN(first, last)                                                                          \
    offsetof(struct tm, first), offsetof(struct tm, last) + sizeof((struct tm *)NULL)->last

static inline void takes_members(const struct tm *tm, size_t from, size_t end, uintptr_t pc) {
    takes((const char *)tm + from, end - from, pc);
}

static inline void fills_members(struct tm *tm, size_t from, size_t end, uintptr_t pc) {
    fills((char *)tm + from, end - from, pc);
}

static struct tm *broken_down(const time_t *from, struct tm *to, uintptr_t pc) {
    takes(from, sizeof *from, pc);
    if (is_there(to)) {
        fills_members(to, SPAN(tm_sec, tm_isdst), pc);
        fills_members(to, SPAN(tm_gmtoff, tm_zone), pc);
    }
    return to;
}

INTERPOSE struct tm *localtime(const time_t *from) {
    return broken_down(from, REAL_OF(localtime)(from), CALLER_PC);
}

INTERPOSE struct tm *gmtime(const time_t *from) {
    return broken_down(from, REAL_OF(gmtime)(from), CALLER_PC);
}

INTERPOSE struct tm *localtime_r(const time_t *from, struct tm *to) {
    return broken_down(from, REAL_OF(localtime_r)(from, to), CALLER_PC);
}

INTERPOSE struct tm *gmtime_r(const time_t *from, struct tm *to) {
    return broken_down(from, REAL_OF(gmtime_r)(from, to), CALLER_PC);
}

static char *as_text(char *text, uintptr_t pc) {
    fills_text(text, pc);
    return text;
}

static inline void takes_date(const struct tm *from, uintptr_t pc) {
    takes_members(from, SPAN(tm_sec, tm_wday), pc);
}

INTERPOSE char *asctime(const struct tm *from) {
    takes_date(from, CALLER_PC);
    return as_text(REAL_OF(asctime)(from), CALLER_PC);
}

INTERPOSE char *asctime_r(const struct tm *from, char *to) {
    takes_date(from, CALLER_PC);
    return as_text(REAL_OF(asctime_r)(from, to), CALLER_PC);
}

INTERPOSE char *ctime(const time_t *from) {
    takes(from, sizeof *from, CALLER_PC);
    return as_text(REAL_OF(ctime)(from), CALLER_PC);
}

INTERPOSE char *ctime_r(const time_t *from, char *to) {
    takes(from, sizeof *from, CALLER_PC);
    return as_text(REAL_OF(ctime_r)(from, to), CALLER_PC);
}

/* Weekday and day of the year are written only; of the others, all is brought into range. */
static time_t made_time(struct tm *tm, time_t made, uintptr_t pc) {
    if (made != (time_t)-1) {
        fills_members(tm, SPAN(tm_sec, tm_isdst), pc);
    }
    return made;
}

INTERPOSE time_t mktime(struct tm *tm) {
    takes_members(tm, SPAN(tm_sec, tm_year), CALLER_PC);
    return made_time(tm, REAL_OF(mktime)(tm), CALLER_PC);
}

INTERPOSE time_t timegm(struct tm *tm) {
    takes_members(tm, SPAN(tm_sec, tm_year), CALLER_PC);
    return made_time(tm, REAL_OF(timegm)(tm), CALLER_PC);
}

/* -- formats -- */

/* What a conversion must look at, of which all others look at more: [C11 7.27.3.5]. */
static void takes_for(char letter, const struct tm *tm, uintptr_t pc) {
    switch (letter) {
    case 'Y':
    case 'y':
    case 'C':
        takes(&tm->tm_year, sizeof tm->tm_year, pc);
        break;
    case 'm':
    case 'b':
    case 'h':
    case 'B':
        takes(&tm->tm_mon, sizeof tm->tm_mon, pc);
        break;
    case 'd':
    case 'e':
        takes(&tm->tm_mday, sizeof tm->tm_mday, pc);
        break;
    case 'H':
    case 'I':
    case 'p':
        takes(&tm->tm_hour, sizeof tm->tm_hour, pc);
        break;
    case 'M':
        takes(&tm->tm_min, sizeof tm->tm_min, pc);
        break;
    case 'S':
        takes(&tm->tm_sec, sizeof tm->tm_sec, pc);
        break;
    case 'a':
    case 'A':
    case 'u':
    case 'w':
        takes(&tm->tm_wday, sizeof tm->tm_wday, pc);
        break;
    case 'j':
        takes(&tm->tm_yday, sizeof tm->tm_yday, pc);
        break;
    case 'R':
        takes_members(tm, SPAN(tm_min, tm_hour), pc);
        break;
    case 'T':
        takes_members(tm, SPAN(tm_sec, tm_hour), pc);
        break;
    case 'D':
    case 'F':
        takes_members(tm, SPAN(tm_mday, tm_year), pc);
        break;
    default:
        break;
    }
}

INTERPOSE size_t strftime(char *to, size_t room, const char *format, const struct tm *tm) {
    size_t n = REAL_OF(strftime)(to, room, format, tm);
    if (n != 0 && is_watched(CALLER_PC)) {
        for (const char *p = format; *p != '\0'; p++) {
            if (*p == '%' && p[1] != '\0') {
                takes_for(*++p, tm, CALLER_PC);
            }
        }
        writes(to, n + 1, CALLER_PC);
    }
    return n;
}
