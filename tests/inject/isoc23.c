/* The names that headers of glibc from 2.38 on give to what reads numbers. Older libraries lack them: then there is
 * nothing to ask, but for the detector's own, which must do as the older names do. A thread writes what is read;
 * or, with -DORDERED, has written it. */
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define NUMBERS(X)                                                                                 \
    X(long, __isoc23_strtol, "12", char)                                                           \
    X(long long, __isoc23_strtoll, "12", char)                                                     \
    X(unsigned long, __isoc23_strtoul, "12", char)                                                 \
    X(unsigned long long, __isoc23_strtoull, "12", char)                                           \
    X(intmax_t, __isoc23_strtoimax, "12", char)                                                    \
    X(uintmax_t, __isoc23_strtoumax, "12", char)                                                   \
    X(long, __isoc23_wcstol, L"12", wchar_t)                                                       \
    X(long long, __isoc23_wcstoll, L"12", wchar_t)                                                 \
    X(unsigned long, __isoc23_wcstoul, L"12", wchar_t)                                             \
    X(unsigned long long, __isoc23_wcstoull, L"12", wchar_t)
#define DECLARED(type, name, text, letter)                                                         \
    __attribute__((weak)) type name(const letter *, letter **, int);
NUMBERS(DECLARED)

#define SCANNED(name, ...) __attribute__((weak)) int name(__VA_ARGS__);
SCANNED(__isoc23_scanf, const char *, ...)
SCANNED(__isoc23_fscanf, FILE *, const char *, ...)
SCANNED(__isoc23_sscanf, const char *, const char *, ...)
SCANNED(__isoc23_vscanf, const char *, va_list)
SCANNED(__isoc23_vfscanf, FILE *, const char *, va_list)
SCANNED(__isoc23_vsscanf, const char *, const char *, va_list)
SCANNED(__isoc23_wscanf, const wchar_t *, ...)
SCANNED(__isoc23_fwscanf, FILE *, const wchar_t *, ...)
SCANNED(__isoc23_swscanf, const wchar_t *, const wchar_t *, ...)
SCANNED(__isoc23_vwscanf, const wchar_t *, va_list)
SCANNED(__isoc23_vfwscanf, FILE *, const wchar_t *, va_list)
SCANNED(__isoc23_vswscanf, const wchar_t *, const wchar_t *, va_list)

static int failed;
static char text[] = "12", other[] = "34 56";

#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            fprintf(stderr, "line %d: %s\n", __LINE__, #claim);                                    \
            failed = 1;                                                                            \
        }                                                                                          \
    } while (0)

static int by_list(const char *from, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int n = __isoc23_vsscanf(from, format, values);
    va_end(values);
    return n;
}

static int by_wide_list(const wchar_t *from, const wchar_t *format, ...) {
    va_list values;
    va_start(values, format);
    int n = __isoc23_vswscanf(from, format, values);
    va_end(values);
    return n;
}

static int by_stream_list(FILE *from, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int n = __isoc23_vfscanf(from, format, values);
    va_end(values);
    return n;
}

static void scan_all(void) {
    int a = 0, b = 0;
    FILE *file = fmemopen(other, sizeof other - 1, "r");
    CHECK(__isoc23_sscanf(other, "%d %d", &a, &b) == 2 && a == 34 && b == 56);
    CHECK(by_list(other, "%d", &b) == 1 && b == 34);
    CHECK(__isoc23_swscanf(L"7", L"%d", &a) == 1 && a == 7);
    CHECK(by_wide_list(L"8", L"%d", &a) == 1 && a == 8);
    CHECK(__isoc23_fscanf(file, "%d", &a) == 1 && a == 34);
    CHECK(by_stream_list(file, "%d", &a) == 1 && a == 56);
    fclose(file);
}

static void *write_text(void *unused) {
    text[0] = '2';
    return unused;
}

static void *write_value(void *value) {
    *(int *)value = 1;
    return value;
}

int main(void) {
    int value = 0;
    pthread_t one, two;
    if (!__isoc23_strtol || !__isoc23_sscanf) {
        return 77;
    }
#define CALLED(type, name, text, letter)                                                           \
    {                                                                                              \
        letter *end;                                                                               \
        CHECK(name(text, &end, 10) == 12 && *end == 0);                                            \
    }
    NUMBERS(CALLED)
    scan_all();
    pthread_create(&one, NULL, write_text, NULL);
    pthread_create(&two, NULL, write_value, &value);
#ifdef ORDERED
    pthread_join(one, NULL);
    pthread_join(two, NULL);
#endif
    CHECK(__isoc23_strtol(text, NULL, 10) % 10 == 2);
    CHECK(__isoc23_sscanf(other, "%d", &value) == 1);
#ifndef ORDERED
    pthread_join(one, NULL);
    pthread_join(two, NULL);
#endif
    return failed;
}
