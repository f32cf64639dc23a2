/* Rule    rows.libc_names  [HB-M-01]
 * Expect  rows
 * Why     what libc finds for a name is written for who asked: users, groups, hosts, entries of a directory.
 */
#include "rows.h"

#include <dirent.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/socket.h>

/* FIRST calls a function on `at`; SECOND reads a byte there, which conflicts with a write only. */
#define SEES(row, type, byte, ...)                                                                 \
    _Alignas(16) char row##_memory[4096];                                                          \
    FIRST(row) {                                                                                   \
        type *at = (type *)row##_memory;                                                           \
        __VA_ARGS__;                                                                               \
        SHOW(*at);                                                                                 \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        USE(row##_memory[byte]);                                                                   \
    }
enum { ROOM = 2048 };

/* clang-format off */
SEES(RaceGetpwnam, struct passwd, sizeof(struct passwd) - 1, char room[ROOM]; struct passwd *found; getpwnam_r("root", at, room, ROOM, &found))
SEES(NoRaceGetpwnam, struct passwd, sizeof(struct passwd), char room[ROOM]; struct passwd *found; getpwnam_r("root", at, room, ROOM, &found))
SEES(RaceGetpwnamTexts, char, 4, struct passwd user, *found; getpwnam_r("root", &user, at, ROOM, &found))
SEES(NoRaceGetpwnamTexts, char, ROOM, struct passwd user, *found; getpwnam_r("root", &user, at, ROOM, &found))
SEES(RaceGetpwnamFound, struct passwd *, 7, char room[ROOM]; struct passwd user; getpwnam_r("nobody at all", &user, room, ROOM, at))
SEES(NoRaceGetpwnamNobody, struct passwd, 0, char room[ROOM]; struct passwd *found; getpwnam_r("nobody at all", at, room, ROOM, &found))
SEES(RaceGetpwuid, struct passwd, 0, char room[ROOM]; struct passwd *found; getpwuid_r(0, at, room, ROOM, &found))
SEES(RaceGetgrnam, struct group, sizeof(struct group) - 1, char room[ROOM]; struct group *found; getgrnam_r("root", at, room, ROOM, &found))
SEES(RaceGetgrgid, struct group, 0, char room[ROOM]; struct group *found; getgrgid_r(0, at, room, ROOM, &found))
SEES(RaceGetgrgidTexts, char, 4, struct group group, *found; getgrgid_r(0, &group, at, ROOM, &found))
SEES(RaceGethostbyname, struct hostent, 0, char room[ROOM]; struct hostent *found; int fault; gethostbyname_r("127.0.0.1", at, room, ROOM, &found, &fault))
SEES(RaceGethostbyname2, struct hostent, 0, char room[ROOM]; struct hostent *found; int fault; gethostbyname2_r("127.0.0.1", AF_INET, at, room, ROOM, &found, &fault))
/* clang-format on */

COPIED struct addrinfo *numeric(void) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *list = NULL;
    USE(getaddrinfo("127.0.0.1", NULL, &hints, &list));
    return list;
}

PART(RaceGetaddrinfoList_asks) {
    give(numeric());
}
ROW(RaceGetaddrinfoList) {
    give(NULL);
    task(RaceGetaddrinfoList_asks, NULL);
    USE(((struct addrinfo *)take())->ai_family);
}
PART(RaceGetaddrinfoAddress_asks) {
    give(numeric());
}
ROW(RaceGetaddrinfoAddress) {
    give(NULL);
    task(RaceGetaddrinfoAddress_asks, NULL);
    USE(((struct addrinfo *)take())->ai_addr->sa_family);
}

/* Where a directory's first entry lies, and of which the last byte of the name is, or the next. */
static DIR *directories[4];
static const char *ends[4];
__attribute__((constructor)) static void open_directories(void) {
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
        directories[i] = opendir("/");
        struct dirent *entry = readdir(directories[i]);
        ends[i] = entry->d_name + strlen(entry->d_name);
    }
}

#define ENTRIES(row, i, function, after)                                                           \
    FIRST(row) {                                                                                   \
        rewinddir(directories[i]);                                                                 \
        USE(function(directories[i]));                                                             \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        USE(ends[i][after]);                                                                       \
    }
ENTRIES(RaceReaddir, 0, readdir, 0)
ENTRIES(NoRaceReaddir, 1, readdir, 1)
ENTRIES(RaceReaddir64, 2, readdir64, 0)
ENTRIES(NoRaceReaddir64, 3, readdir64, 1)
