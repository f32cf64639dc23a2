/* Rule    rows.libc_system  [HB-M-01]
 * Expect  rows
 * Why     what the system reads and answers through libc: files, children, clocks, signals, readiness.
 */
#include "rows.h"

#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* FIRST calls a function on `at`; SECOND writes a byte there (CALLS), which conflicts with any access, or
 * reads one (SEES), which conflicts with a write only. */
#define FIRST_OF(row, type, ...)                                                                   \
    _Alignas(16) char row##_memory[4096];                                                          \
    FIRST(row) {                                                                                   \
        type *at = (type *)row##_memory;                                                           \
        (void)at;                                                                                  \
        __VA_ARGS__;                                                                               \
        SHOW(*at);                                                                                 \
    }
#define CALLS(row, type, byte, ...)                                                                \
    FIRST_OF(row, type, __VA_ARGS__)                                                               \
    SECOND(row) {                                                                                  \
        row##_memory[byte] = 'x';                                                                  \
    }
#define SEES(row, type, byte, ...)                                                                 \
    FIRST_OF(row, type, __VA_ARGS__)                                                               \
    SECOND(row) {                                                                                  \
        USE(row##_memory[byte]);                                                                   \
    }
size_t five = 5; /* which no compiler knows */
nfds_t two = 2;
int zero_device = -1;
time_t some_day = 86400 * 365;
struct tm some_tm = {.tm_year = 99, .tm_mon = 1, .tm_mday = 2, .tm_wday = 3};
__attribute__((constructor)) static void open_devices(void) {
    zero_device = open("/dev/zero", O_RDONLY);
}
static pid_t child(void) {
    pid_t pid = fork();
    if (pid == 0) {
        _exit(3);
    }
    return pid;
}
/* clang-format off */
/* -- files -- */
SEES(RaceStat, struct stat, sizeof(struct stat) - 1, stat("/", at))
SEES(NoRaceStat, struct stat, sizeof(struct stat), stat("/", at))
SEES(NoRaceStatFails, struct stat, 0, stat("/nowhere/at/all", at))
SEES(RaceStat64, struct stat64, 0, stat64("/", at))
SEES(RaceLstat, struct stat, 0, lstat("/", at))
SEES(RaceLstat64, struct stat64, 0, lstat64("/", at))
SEES(RaceFstat, struct stat, 0, fstat(zero_device, at))
SEES(RaceFstat64, struct stat64, 0, fstat64(zero_device, at))
SEES(RaceFstatat, struct stat, 0, fstatat(AT_FDCWD, "/", at, 0))
SEES(RaceFstatat64, struct stat64, 0, fstatat64(AT_FDCWD, "/", at, 0))
CALLS(RaceStatPath, char, 0, struct stat answer; stat(at, &answer))
SEES(RaceReadlink, char, 0, USE(readlink("/proc/self/exe", at, 30 * five)))
SEES(NoRaceReadlink, char, 3, USE(readlink("/proc/self/exe", at, five - 2)))
SEES(RaceReadlinkat, char, 0, USE(readlinkat(AT_FDCWD, "/proc/self/exe", at, 30 * five)))
SEES(RaceGetcwd, char, 0, USE(getcwd(at, 100 * five)))
SEES(RaceRealpath, char, 4, USE(realpath("/proc/../dev", at + 0)))
CALLS(RaceRealpathFrom, char, 0, char room[4096]; USE(realpath(at, room)))
CALLS(RaceCanonicalize, char, 0, free(canonicalize_file_name(at)))

/* -- the system -- */
SEES(RaceGetrandom, char, 4, USE(getrandom(at, five, 0)))
SEES(NoRaceGetrandom, char, 5, USE(getrandom(at, five, 0)))
SEES(RaceGetentropy, char, 4, USE(getentropy(at, five)))
SEES(RaceUname, struct utsname, 0, uname(at))
SEES(NoRaceUname, struct utsname, sizeof(struct utsname), uname(at))
SEES(RaceGethostname, char, 0, gethostname(at, 60 * five))
SEES(RaceGetrlimit, struct rlimit, 15, getrlimit(RLIMIT_NOFILE, at))
SEES(NoRaceGetrlimit, struct rlimit, 16, getrlimit(RLIMIT_NOFILE, at))
SEES(RaceGetrlimit64, struct rlimit64, 15, getrlimit64(RLIMIT_NOFILE, at))
CALLS(RaceSetrlimit, struct rlimit, 15, getrlimit(RLIMIT_NOFILE, at); setrlimit(RLIMIT_NOFILE, at))
CALLS(RaceSetrlimit64, struct rlimit64, 15, getrlimit64(RLIMIT_NOFILE, at); setrlimit64(RLIMIT_NOFILE, at))
SEES(RaceWaitpid, int, 3, waitpid(child(), at, 0))
SEES(NoRaceWaitpid, int, 4, waitpid(child(), at, 0))
SEES(NoRaceWaitpidNobody, int, 0, waitpid(1, at, WNOHANG))
SEES(RaceWait, int, 3, child(); wait(at))
SEES(RaceWait4, int, 3, wait4(child(), at, 0, NULL))

/* -- clocks -- */
SEES(RaceTime, time_t, 7, time(at))
SEES(NoRaceTime, time_t, 8, time(at))
SEES(RaceClockGettime, struct timespec, 15, clock_gettime(CLOCK_MONOTONIC, at))
SEES(NoRaceClockGettime, struct timespec, 16, clock_gettime(CLOCK_MONOTONIC, at))
SEES(NoRaceClockGettimeFails, struct timespec, 0, clock_gettime(12345, at))
SEES(RaceClockGetres, struct timespec, 15, clock_getres(CLOCK_MONOTONIC, at))
SEES(RaceTimespecGet, struct timespec, 15, timespec_get(at, TIME_UTC))
SEES(RaceGettimeofday, struct timeval, 15, gettimeofday(at, NULL))
SEES(NoRaceGettimeofday, struct timeval, 16, gettimeofday(at, NULL))
SEES(RaceTimes, struct tms, 31, times(at))
SEES(RaceGetrusage, struct rusage, 0, getrusage(RUSAGE_SELF, at))
CALLS(RaceNanosleep, struct timespec, 15, nanosleep(at, NULL))
CALLS(RaceThrdSleep, struct timespec, 15, thrd_sleep(at, NULL))
CALLS(RaceClockNanosleep, struct timespec, 15, clock_nanosleep(CLOCK_MONOTONIC, 0, at, NULL))
SEES(RaceLocaltimeR, struct tm, 35, localtime_r(&some_day, at))
SEES(NoRaceLocaltimeR, struct tm, sizeof(struct tm), localtime_r(&some_day, at))
SEES(RaceGmtimeR, struct tm, 35, gmtime_r(&some_day, at))
CALLS(RaceGmtimeRFrom, time_t, 7, struct tm tm; gmtime_r(at, &tm))
SEES(RaceAsctimeR, char, 25, asctime_r(&some_tm, at))
SEES(NoRaceAsctimeR, char, 26, asctime_r(&some_tm, at))
SEES(RaceCtimeR, char, 25, ctime_r(&some_day, at))
CALLS(RaceAsctimeFrom, struct tm, offsetof(struct tm, tm_year), char text[64]; at->tm_mday = 1; asctime_r(at, text))
CALLS(NoRaceAsctimeFrom, struct tm, offsetof(struct tm, tm_isdst), char text[64]; asctime_r(at, text))
SEES(RaceMktime, struct tm, offsetof(struct tm, tm_wday), mktime(at))
SEES(RaceTimegm, struct tm, offsetof(struct tm, tm_yday), timegm(at))
SEES(RaceStrftime, char, 4, strftime(at, 64, "%Y", &some_tm))
SEES(NoRaceStrftime, char, 5, strftime(at, 64, "%Y", &some_tm))
CALLS(RaceStrftimeFrom, struct tm, offsetof(struct tm, tm_year), char text[64]; USE(strftime(text, 64, "%d %Y", at)))
CALLS(NoRaceStrftimeFrom, struct tm, offsetof(struct tm, tm_sec), char text[64]; USE(strftime(text, 64, "%d %Y", at)))

/* -- signals -- */
SEES(RaceSigaction, struct sigaction, 0, sigaction(SIGUSR1, NULL, at))
SEES(NoRaceSigaction, struct sigaction, 0, sigaction(999, NULL, at))
CALLS(RaceSigactionFrom, struct sigaction, offsetof(struct sigaction, sa_flags), sigaction(SIGURG, at, NULL))
SEES(NoRaceSigactionFrom, struct sigaction, 0, sigaction(SIGURG, at, NULL))

/* -- readiness -- */
SEES(RacePoll, struct pollfd, 15, at[0].fd = at[1].fd = -1; poll(at, two, 0))
SEES(NoRacePoll, struct pollfd, 16, at[0].fd = at[1].fd = -1; poll(at, two, 0))
SEES(NoRacePollReads, struct pollfd, 4, poll(at, two, 0))
CALLS(RacePollReads, struct pollfd, 4, poll(at, two, 0))
SEES(RacePpoll, struct pollfd, 15, struct timespec none = {0}; ppoll(at, two, &none, NULL))
SEES(RaceSelect, fd_set, 0, struct timeval none = {0}; select(4, at, NULL, NULL, &none))
SEES(NoRaceSelect, fd_set, 1, struct timeval none = {0}; select(4, at, NULL, NULL, &none))
SEES(RaceSelectTime, struct timeval, 15, select(0, NULL, NULL, NULL, at))
SEES(RacePselect, fd_set, 0, struct timespec none = {0}; pselect(4, at, NULL, NULL, &none, NULL))

/* -- alphabets -- */
SEES(RaceIconvTo, char, 4, char *from = "hello"; size_t left = 5; size_t room = 64; char *to = at; iconv_t c = iconv_open("UTF-8", "ASCII"); iconv(c, &from, &left, &to, &room); iconv_close(c))
SEES(NoRaceIconvTo, char, 5, char *from = "hello"; size_t left = 5; size_t room = 64; char *to = at; iconv_t c = iconv_open("UTF-8", "ASCII"); iconv(c, &from, &left, &to, &room); iconv_close(c))
/* clang-format on */

/* What localtime and its kin answer is one object for all. */
time_t shared_day = 86400 * 366;
FIRST(RaceLocaltime) {
    USE(localtime(&shared_day));
}
SECOND(RaceLocaltime) {
    USE(localtime(&shared_day)->tm_year);
}
FIRST(RaceGmtime) {
    USE(gmtime(&shared_day));
}
SECOND(RaceGmtime) {
    USE(gmtime(&shared_day));
}
FIRST(RaceAsctime) {
    USE(asctime(&some_tm));
}
SECOND(RaceAsctime) {
    USE(ctime(&shared_day));
}
