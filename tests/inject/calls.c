/* What libc reads and writes for the program: every answer, and errno, is that of the real call, also where the
 * call fails, where a place is NULL, in a child and in a signal handler. engage.sh builds it with _FORTIFY_SOURCE,
 * too, so that the checked forms answer the same.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static int failures;
static char room[64];
size_t some = 64; /* these are not known to the compiler */
char *nowhere = NULL;

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            failures++;                                                                            \
            fprintf(stderr, "line %d: %s\n", __LINE__, #claim);                                    \
        }                                                                                          \
    } while (0)
#define FAILS(claim, error) CHECK((errno = 0, (claim)) && errno == (error))

static int is_text(const char *text, const char *wanted) {
    return strcmp(text, wanted) == 0;
}

static void check_blocks(void) {
    CHECK(memcpy(room, "hello", some / 10) == room && is_text(room, "hello"));
    CHECK(mempcpy(room, "HE", some / 32) == room + 2 && is_text(room, "HEllo"));
    CHECK(memmove(room + 1, room, some / 10) == room + 1 && memcmp(room, "HHEllo", 6) == 0);
    CHECK(memset(room, 0, some) == room && room[63] == 0);
    CHECK(memccpy(room, "ab;c", ';', 9) == room + 3 && memccpy(room, "ab", ';', 2) == NULL);
    CHECK(rawmemchr("hello", 'l') != NULL && memmem("hello", 5, "lo", 2) != NULL);
    CHECK(memmem("hello", 5, "xx", 2) == NULL && memmem("h", 1, "hello", 5) == NULL);
    CHECK(memmem(room, 5, "", 0) == room && bcmp("a", "b", some / 64) != 0);
    swab("abcd", room, 4);
    CHECK(memcmp(room, "badc", 4) == 0);
    bcopy("xyz", room, some / 16);
    CHECK(memcmp(room, "xyz", 3) == 0);
    bzero(room, some);
    explicit_bzero(room, some);
    CHECK(room[0] == 0);
}

static void check_texts(void) {
    char *rest = NULL, text[] = "a,,b;";
    CHECK(stpcpy(room, "hello") == room + 5 && is_text(strcat(room, "!"), "hello!"));
    CHECK(is_text(strncat(room, "??", some / 64), "hello!?") && strcpy(room, "x") == room);
    CHECK(stpncpy(room, "ab", some / 8) == room + 2 && room[7] == 0);
    CHECK(is_text(strncpy(room, "abc", some), "abc") && *strchrnul("abc", 'x') == '\0');
    CHECK(strcasestr("HELLO", "lo") != NULL && strcasestr("a", "b") == NULL);
    CHECK(strsep(&rest, ",") == NULL && rest == NULL);
    rest = text;
    CHECK(is_text(strsep(&rest, ","), "a") && is_text(strsep(&rest, ","), ""));
    CHECK(is_text(strsep(&rest, ";"), "b") && is_text(strsep(&rest, ";"), "") && rest == NULL);
    strcpy(room, "..one..two");
    CHECK(is_text(strtok_r(room, ".", &rest), "one") && is_text(strtok_r(NULL, ".", &rest), "two"));
    CHECK(strtok_r(NULL, ".", &rest) == NULL && strtok_r(NULL, ".", &rest) == NULL);
    strcpy(room, "one two");
    CHECK(is_text(strtok(room, " "), "one") && is_text(strtok(NULL, " "), "two"));
    CHECK(strtok(NULL, " ") == NULL);
    char *copy = strdup("copy"), *part = strndup("copy", 2);
    CHECK(is_text(copy, "copy") && is_text(part, "co"));
    free(copy);
    free(part);
}

static void check_numbers(void) {
    char *end = room;
    CHECK(strtol("12x", &end, 10) == 12 && *end == 'x');
    end = room;
    FAILS(strtol("12", &end, 99) == 0 && end == room, EINVAL);
    FAILS(strtol("99999999999999999999", NULL, 10) == INT64_MAX, ERANGE);
    CHECK(strtoimax("-7", NULL, 0) == -7 && strtoumax("0x10", NULL, 0) == 16);
    CHECK(strtod("1.5", &end) == 1.5 && *end == '\0' && strtof("1.5", NULL) == 1.5f);
    CHECK(strtold("1.5", &end) == 1.5L && atof("2.5") == 2.5 && atoll("-3") == -3);
    CHECK(wcstol(L"12", NULL, 10) == 12 && wcstod(L"1.5", NULL) == 1.5);
}

static int listed(char *to, size_t n, const char *format, ...) {
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    int first = vsnprintf(to, n, format, values), second = vsnprintf(to, n, format, again);
    va_end(again);
    va_end(values);
    return first == second ? first : -1;
}

static void check_formats(void) {
    int n = -1, m = -1;
    char *made = NULL;
    CHECK(snprintf(room, some, "%s %5.2f %-4d|%c%%%n", "a", 1.25, 7, 'x', &n) == 15 && n == 15);
    CHECK(is_text(room, "a  1.25 7   |x%"));
    CHECK(snprintf(room, some, "%2$s-%1$d", 5, "five") == 6 && is_text(room, "five-5"));
    CHECK(snprintf(room, some, "%3$.*2$s%1$*2$d", 1, 3, "abcdef") == 6 && is_text(room, "abc  1"));
    CHECK(snprintf(room, some / 16, "%s", "longer") == 6 && is_text(room, "lon"));
    CHECK(snprintf(NULL, 0, "%.*s", 3, "longer") == 3 && listed(room, some, "%s%d", "x", 1) == 2);
    CHECK(snprintf(room, some, "%s", nowhere) == 6 && is_text(room, "(null)"));
    CHECK(snprintf(room, some, "%ls %lld %Lf %zu", L"wide", 1LL, 2.0L, some) == 18);
    CHECK(sprintf(room, "%d%n%d%n", 12, &n, 345, &m) == 5 && n == 2 && m == 5);
    errno = EBADF;
    CHECK(snprintf(room, some, "%m") > 0 && errno == EBADF);
    CHECK(asprintf(&made, "%s%d", "made", 1) == 5 && is_text(made, "made1"));
    free(made);
    FAILS(dprintf(-1, "%s", "x") < 0, EBADF);
    wchar_t wide[16];
    CHECK(swprintf(wide, some / 4, L"%s %d", "x", 1) == 3 && wcscmp(wide, L"x 1") == 0);
    CHECK(swprintf(wide, some / 64, L"%s", "longer") < 0);
}

static void check_scans(void) {
    int a = 0, b = 0, n = -1;
    char *made = NULL;
    double d = 0;
    CHECK(sscanf("1 2", "%d %d", &a, &b) == 2 && a == 1 && b == 2);
    CHECK(sscanf("3 4", "%2$d %1$d%3$n", &a, &b, &n) == 2 && a == 4 && b == 3 && n == 3);
    CHECK(sscanf("word [x]y", "%*s [%[^]]]%c", room, room + 32) == 2 && room[32] == 'y');
    CHECK(sscanf("x", "%d", &a) == 0 && sscanf("", "%d", &a) == EOF && a == 4);
    CHECK(sscanf("made 1.5", "%ms %lf", &made, &d) == 2 && is_text(made, "made") && d == 1.5);
    CHECK(swscanf(L"7 x", L"%d %s", &a, room) == 2 && a == 7 && is_text(room, "x"));
    free(made);
    FILE *lines = fmemopen(room, sizeof room, "w+");
    fprintf(lines, "5 %s\n%d", "word", 6);
    rewind(lines);
    CHECK(fscanf(lines, "%d", &a) == 1 && a == 5 && getc(lines) == ' ');
    CHECK(fgets(room + 32, (int)some / 4, lines) != NULL && fscanf(lines, "%d", &b) == 1 && b == 6);
    CHECK(fgetc(lines) == EOF && feof(lines));
    fclose(lines);
}

static void check_lines(void) {
    char *line = NULL;
    size_t n = 0;
    int ends[2];
    CHECK(pipe(ends) == 0);
    FILE *in = fdopen(ends[0], "r"), *out = fdopen(ends[1], "w");
    CHECK(fputs("one\n", out) >= 0 && fputc('2', out) == '2' && putc('\n', out) == '\n');
    CHECK(fwrite("three;4", 1, some / 9, out) == 7 && fflush(out) == 0 && fclose(out) == 0);
    CHECK(getline(&line, &n, in) == 4 && is_text(line, "one\n") && n > 4);
    CHECK(fgets_unlocked(room, (int)some, in) == room && is_text(room, "2\n"));
    CHECK(getdelim(&line, &n, ';', in) == 6 && is_text(line, "three;"));
    CHECK(fread(room, 1, some, in) == 1 && room[0] == '4' && getline(&line, &n, in) == -1);
    FAILS(getline((char **)nowhere, &n, in) == -1, EINVAL);
    fclose(in);
    free(line);
    FAILS(pipe2(ends, -1) == -1, EINVAL);
}

static void check_sockets(void) {
    int ends[2], value = 0;
    struct iovec part = {"abc", 3}, to = {room, sizeof room};
    struct mmsghdr out = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    struct mmsghdr in = {.msg_hdr = {.msg_iov = &to, .msg_iovlen = 1}};
    struct sockaddr_storage name;
    socklen_t n = sizeof name;
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    CHECK(sendmmsg(ends[0], &out, 1, 0) == 1 && out.msg_len == 3);
    CHECK(recvmmsg(ends[1], &in, 1, 0, NULL) == 1 && in.msg_len == 3);
    CHECK(send(ends[0], "x", 1, 0) == 1 && recvfrom(ends[1], room, some, 0, NULL, NULL) == 1);
    CHECK(writev(ends[0], &part, 1) == 3 && readv(ends[1], &to, 1) == 3);
    FAILS(recv(ends[1], room, some, MSG_DONTWAIT) == -1, EAGAIN);
    CHECK(getsockname(ends[0], (struct sockaddr *)&name, &n) == 0 && n == sizeof(sa_family_t));
    n = sizeof value;
    CHECK(getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &value, &n) == 0 && value == SOCK_DGRAM);
    FAILS(accept(ends[0], NULL, NULL) == -1, EOPNOTSUPP);
    FAILS(connect(-1, (struct sockaddr *)&name, sizeof name) == -1, EBADF);
    CHECK(inet_pton(AF_INET, "1.2.3.4", &value) == 1 && inet_pton(AF_INET, "1.2", &value) == 0);
    CHECK(is_text(inet_ntop(AF_INET, "\1\2\3\4", room, sizeof room), "1.2.3.4"));
    FAILS(inet_ntop(AF_INET, "\1\2\3\4", room, 2) == NULL, ENOSPC);
    struct pollfd asked = {.fd = ends[0], .events = POLLOUT};
    CHECK(poll(&asked, some / 64, 0) == 1 && asked.revents == POLLOUT && poll(NULL, 0, 0) == 0);
    fd_set writable;
    FD_ZERO(&writable);
    FD_SET(ends[0], &writable);
    CHECK(select(ends[0] + 1, NULL, &writable, NULL, NULL) == 1 && FD_ISSET(ends[0], &writable));
    close(ends[0]);
    close(ends[1]);
}

static void check_system(void) {
    struct stat file;
    struct utsname names;
    struct timespec now = {.tv_sec = -1};
    struct tm tm = {.tm_year = 100, .tm_mday = 32};
    time_t day = 86400;
    char path[4096];
    CHECK(stat("/", &file) == 0 && S_ISDIR(file.st_mode) && fstat(0, &file) == 0);
    FAILS(stat("/nowhere/at/all", &file) == -1, ENOENT);
    FAILS(stat(nowhere, &file) == -1, EFAULT);
    FAILS(readlink("/", path, some) == -1, EINVAL);
    FAILS(realpath(nowhere, path) == NULL, EINVAL);
    FAILS(getcwd(path, some / 64) == NULL, ERANGE);
    char *here = getcwd(NULL, 0);
    CHECK(here != NULL && is_text(realpath(".", path), here));
    free(here);
    CHECK(getrandom(room, some, 0) == 64 && uname(&names) == 0 && names.sysname[0] == 'L');
    CHECK(time(NULL) > 0 && clock_gettime(CLOCK_MONOTONIC, &now) == 0 && now.tv_sec >= 0);
    FAILS(clock_gettime(12345, &now) == -1, EINVAL);
    CHECK(gmtime_r(&day, &tm)->tm_mday == 2 && strftime(room, some, "%Y %%", &tm) == 6);
    tm = (struct tm){.tm_year = 100, .tm_mday = 32};
    CHECK(timegm(&tm) > 0 && tm.tm_mday == 1 && tm.tm_mon == 1 && asctime_r(&tm, room) == room);
    CHECK(strftime(room, some / 64, "%Y", &tm) == 0);
    FAILS(waitpid(-1, NULL, 0) == -1, ECHILD);
    FAILS(nanosleep(&(struct timespec){.tv_nsec = -1}, NULL) == -1, EINVAL);
}

static void handler(int signo) {
    char text[32];
    struct timespec now;
    CHECK(snprintf(text, some / 2, "%d %s", signo, "x") > 2 &&
          clock_gettime(CLOCK_REALTIME, &now) == 0);
}

static __attribute__((constructor)) void check_early(void) {
    char text[32];
    int n;
    CHECK(snprintf(text, some / 2, "%s %d", "early", 1) == 7 && sscanf(text, "%*s %d", &n) == 1);
}

static void check_all(void) {
    check_blocks();
    check_texts();
    check_numbers();
    check_formats();
    check_scans();
    check_lines();
    check_sockets();
    check_system();
}

int main(void) {
    int status = 0;
    check_all();
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        check_all();
        _exit(failures != 0);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    return failures != 0;
}
