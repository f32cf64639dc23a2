/* raddle_checked.h - the checked functions of libc under names that the compiler does not know. */
#ifndef RADDLE_SHADOW_CHECKED_H
#define RADDLE_SHADOW_CHECKED_H
#pragma GCC system_header

#define RADDLE__CHECKED(result, name, ...)                                                         \
    extern result raddle##name(__VA_ARGS__) __asm__("" #name) __attribute__((__nothrow__, __leaf__))
#define RADDLE__FORMATTED(name, at, first, ...)                                                    \
    extern int raddle##name(__VA_ARGS__) __asm__("" #name)                                         \
        __attribute__((__nothrow__, __format__(__printf__, at, first)))

#ifdef __cplusplus
extern "C" {
#endif
RADDLE__CHECKED(void *, __memcpy_chk, void *, const void *, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__CHECKED(void *, __memmove_chk, void *, const void *, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__CHECKED(void *, __mempcpy_chk, void *, const void *, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__CHECKED(void *, __memset_chk, void *, int, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__CHECKED(char *, __strcpy_chk, char *, const char *, __SIZE_TYPE__);
RADDLE__CHECKED(char *, __stpcpy_chk, char *, const char *, __SIZE_TYPE__);
RADDLE__CHECKED(char *, __strncpy_chk, char *, const char *, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__CHECKED(char *, __stpncpy_chk, char *, const char *, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__CHECKED(char *, __strcat_chk, char *, const char *, __SIZE_TYPE__);
RADDLE__CHECKED(char *, __strncat_chk, char *, const char *, __SIZE_TYPE__, __SIZE_TYPE__);
RADDLE__FORMATTED(__sprintf_chk, 4, 5, char *, int, __SIZE_TYPE__, const char *, ...);
RADDLE__FORMATTED(__snprintf_chk, 5, 6, char *, __SIZE_TYPE__, int, __SIZE_TYPE__, const char *,
                  ...);
RADDLE__FORMATTED(__vsprintf_chk, 4, 0, char *, int, __SIZE_TYPE__, const char *,
                  __builtin_va_list);
RADDLE__FORMATTED(__vsnprintf_chk, 5, 0, char *, __SIZE_TYPE__, int, __SIZE_TYPE__, const char *,
                  __builtin_va_list);
#ifdef __cplusplus
}
#endif
#undef RADDLE__CHECKED
#undef RADDLE__FORMATTED
#endif
