/* The interposed calls that the other programs here and the tables of rows leave out: answers are those of libc. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static int failures;
size_t huge = SIZE_MAX / 2; /* not known to the compiler */
static const struct timespec past;

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            failures++;                                                                            \
            fprintf(stderr, "line %d: %s\n", __LINE__, #claim);                                    \
        }                                                                                          \
    } while (0)

/* -- waits: none of them lasts -- */

static void *nothing(void *unused) {
    return unused;
}

static int c11_nothing(void *unused) {
    return unused != NULL;
}

static struct timespec in_a_minute(void) {
    struct timespec then;
    clock_gettime(CLOCK_REALTIME, &then);
    then.tv_sec += 60;
    return then;
}

static mtx_t meeting;
static cnd_t met;
static int is_met;

static int meet(void *unused) {
    mtx_lock(&meeting);
    is_met++;
    cnd_broadcast(&met);
    mtx_unlock(&meeting);
    return unused != NULL;
}

static void check_c11(void) {
    thrd_t t;
    struct timespec limit = in_a_minute();
    CHECK(mtx_init(&meeting, mtx_timed) == thrd_success && cnd_init(&met) == thrd_success);
    CHECK(mtx_timedlock(&meeting, &limit) == thrd_success);
    CHECK(cnd_timedwait(&met, &meeting, &past) == thrd_timedout);
    CHECK(thrd_create(&t, meet, NULL) == thrd_success);
    while (is_met == 0) {
        CHECK(cnd_wait(&met, &meeting) == thrd_success);
    }
    CHECK(mtx_unlock(&meeting) == thrd_success && thrd_join(t, NULL) == thrd_success);
    CHECK(thrd_create(&t, c11_nothing, NULL) == thrd_success && thrd_detach(t) == thrd_success);
    CHECK(thrd_sleep(&(struct timespec){.tv_nsec = 1}, NULL) == 0 && usleep(1) == 0 &&
          sleep(0) == 0);
}

static void check_waits(void) {
    pthread_t t;
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t c = PTHREAD_COND_INITIALIZER;
    pthread_rwlock_t w = PTHREAD_RWLOCK_INITIALIZER;
    sem_t s;
    struct timespec limit = in_a_minute();
    CHECK(pthread_create(&t, NULL, nothing, NULL) == 0 &&
          pthread_timedjoin_np(t, NULL, &limit) == 0);
    CHECK(pthread_create(&t, NULL, nothing, NULL) == 0);
    CHECK(pthread_clockjoin_np(t, NULL, CLOCK_REALTIME, &limit) == 0);
    pthread_mutex_lock(&m);
    CHECK(pthread_cond_clockwait(&c, &m, CLOCK_MONOTONIC, &past) == ETIMEDOUT);
    pthread_mutex_unlock(&m);
    CHECK(pthread_rwlock_clockrdlock(&w, CLOCK_REALTIME, &limit) == 0);
    CHECK(pthread_rwlock_clockwrlock(&w, CLOCK_MONOTONIC, &past) == ETIMEDOUT);
    CHECK(pthread_rwlock_unlock(&w) == 0);
    CHECK(pthread_rwlock_clockwrlock(&w, CLOCK_REALTIME, &limit) == 0 &&
          pthread_rwlock_unlock(&w) == 0);
    sem_init(&s, 0, 0);
    CHECK(sem_clockwait(&s, CLOCK_MONOTONIC, &past) == -1 && errno == ETIMEDOUT);
}

/* -- memory -- */

static void check_blocks(void) {
    void *aligned = memalign(64, 10), *page = valloc(10), *pages = pvalloc(10);
    CHECK((uintptr_t)aligned % 64 == 0 && (uintptr_t)page % 4096 == 0 &&
          malloc_usable_size(pages) >= 4096);
    char *grown = reallocarray(NULL, 4, 4);
    CHECK(grown != NULL && (grown = reallocarray(grown, 8, 8)) != NULL);
    void *too_large = reallocarray(NULL, huge, 4);
    CHECK(too_large == NULL && errno == ENOMEM);
    free(aligned);
    free(page);
    free(pages);
    free(grown);
}

/* -- what moves between descriptors -- */

static void check_descriptors(void) {
    int one[2], two[2];
    char got[8], name[] = "/tmp/raddle-rest-XXXXXX";
    struct iovec part = {"ab", 2};
    int file = mkstemp(name), copy = open(name, O_RDWR);
    unlink(name);
    CHECK(pipe(one) == 0 && pipe(two) == 0 && pwrite64(file, "hello", 5, 0) == 5);
    CHECK(write(one[1], "x", 1) == 1 && tee(one[0], two[1], 1, 0) == 1 &&
          read(two[0], got, 8) == 1);
    CHECK(read(one[0], got, 8) == 1 && vmsplice(one[1], &part, 1, 0) == 2 &&
          read(one[0], got, 8) == 2);
    off64_t from = 1, to = 5;
    CHECK(sendfile64(one[1], file, &from, 2) == 2 && from == 3 && read(one[0], got, 8) == 2);
    from = 0;
    CHECK(copy_file_range(file, &from, copy, &to, 3, 0) == 3 && from == 3 && to == 8);
    CHECK(mkfifo("/nowhere/at/all", 0600) == -1 && errno == ENOENT);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, two) == 0 && shutdown(two[0], SHUT_WR) == 0);
    CHECK(recv(two[1], got, 8, 0) == 0);
}

/* -- standard streams -- */

int checked_vprintf(int flag, const char *format, va_list values) __asm__("__vprintf_chk");

__attribute__((format(printf, 1, 2))) static int prints(const char *format, ...) {
    va_list values;
    va_start(values, format);
    int n = vprintf(format, values);
    va_end(values);
    return n;
}

__attribute__((format(printf, 1, 2))) static int prints_checked(const char *format, ...) {
    va_list values;
    va_start(values, format);
    int n = checked_vprintf(1, format, values);
    va_end(values);
    return n;
}

#define LISTED(name, first, letter, call)                                                          \
    static int name(first, const letter *format, ...) {                                            \
        va_list values;                                                                            \
        va_start(values, format);                                                                  \
        int n = call;                                                                              \
        va_end(values);                                                                            \
        return n;                                                                                  \
    }
/* clang-format off */
LISTED(wide_prints, int unused, wchar_t, ((void)unused, vwprintf(format, values)))
LISTED(wide_prints_to, FILE *to, wchar_t, vfwprintf(to, format, values))
LISTED(wide_forms, wchar_t *to, wchar_t, vswprintf(to, 8, format, values))
LISTED(wide_scans, int unused, wchar_t, ((void)unused, vwscanf(format, values)))
LISTED(wide_scans_from, FILE *from, wchar_t, vfwscanf(from, format, values))
LISTED(wide_scans_text, const wchar_t *from, wchar_t, vswscanf(from, format, values))
LISTED(scans, int unused, char, ((void)unused, vscanf(format, values)))
/* clang-format on */

/* The plain names, and the letter that only comes when the buffer is empty. */
int plain_scanf(const char *format, ...) __asm__("scanf");
int plain_wscanf(const wchar_t *format, ...) __asm__("wscanf");
int plain_fscanf(FILE *from, const char *format, ...) __asm__("fscanf");
int plain_fwscanf(FILE *from, const wchar_t *format, ...) __asm__("fwscanf");
int plain_swscanf(const wchar_t *from, const wchar_t *format, ...) __asm__("swscanf");
char *own_strtok_r(char *text, const char *set, char **rest) __asm__("__strtok_r");

/* Standard input is this text from here on. */
static void type(const char *text) {
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(close(ends[1]) == 0 && freopen("/dev/null", "r", stdin) == stdin);
    CHECK(dup2(ends[0], fileno(stdin)) >= 0 && close(ends[0]) == 0);
}

static void check_narrow(void) {
    int a = 0, b = 0;
    CHECK(freopen("/dev/null", "w", stdout) == stdout);
    CHECK(prints("%s%d", "x", 1) == 2 && prints_checked("%d", 12) == 2 && printf("%d", 12) == 2 &&
          putchar('x') == 'x' && puts("x") >= 0);
    type("1 2 3 45");
    CHECK(scanf("%d", &a) == 1 && scans(0, "%d", &b) == 1 && plain_scanf("%d", &a) == 1);
    CHECK(a == 3 && b == 2 && getchar() == ' ' && getc_unlocked(stdin) == '4');
    CHECK(plain_fscanf(stdin, "%d", &b) == 1 && b == 5 && getchar() == EOF);
    setvbuf(stdout, NULL, _IONBF, 0);
    CHECK(putc_unlocked('y', stdout) == 'y');
    char text[] = "a b", *rest;
    CHECK(strcmp(own_strtok_r(text, " ", &rest), "a") == 0 && strcmp(rest, "b") == 0);
}

static void check_wide(void) {
    int a = 0, b = 0;
    wchar_t text[8];
    CHECK(freopen("/dev/null", "w", stdout) == stdout);
    CHECK(wprintf(L"%d", 1) == 1 && wide_prints(0, L"%s", "ab") == 2);
    CHECK(wide_prints_to(stdout, L"%d", 12) == 2 && wide_forms(text, L"%d", 123) == 3);
    CHECK(wide_scans_text(L"7", L"%d", &a) == 1 && a == 7);
    CHECK(plain_swscanf(L"8", L"%d", &a) == 1 && a == 8);
    type("1 2 3 4 5 6");
    CHECK(wscanf(L"%d", &a) == 1 && wide_scans(0, L"%d", &b) == 1 && a == 1 && b == 2);
    CHECK(wide_scans_from(stdin, L"%d", &a) == 1 && plain_wscanf(L"%d", &b) == 1 && a == 3 &&
          b == 4);
    CHECK(plain_fwscanf(stdin, L"%d", &a) == 1 && fwscanf(stdin, L"%d", &b) == 1 && a == 5 &&
          b == 6);
}

/* -- jumps -- */

static void check_jumps(void) {
    sigjmp_buf here;
    volatile int times = 0;
    if (sigsetjmp(here, 1) == 0) {
        times++;
        siglongjmp(here, 1);
    }
    CHECK(times == 1);
}

/* -- programs -- */

static void check_execs(void) {
    char *words[] = {"true", NULL};
    for (int way = 0; way < 5; way++) {
        int status = 1;
        pid_t child = fork();
        if (child == 0) {
            way == 0   ? execlp("true", "true", (char *)NULL)
            : way == 1 ? execle("/bin/true", "true", (char *)NULL, environ)
            : way == 2 ? execvp("true", words)
            : way == 3 ? execvpe("true", words, environ)
                       : 0;
            _Exit(way != 4);
        }
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
}

int main(void) {
    check_c11();
    check_waits();
    check_blocks();
    check_jumps();
    check_descriptors();
    check_execs();
    check_narrow();
    check_wide();
    return failures != 0;
}
