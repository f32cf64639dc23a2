/* names.c - what libc finds for a name: users, groups, hosts, and the entries of a directory. The answer and all
 * that hangs on it are written for the caller. Zone: SYNC. Leaves errno alone.
 */
#include "instrument/ranges.h"

#include <dirent.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>

/* A list of texts that ends with NULL. */
static void fills_texts(char **list, uintptr_t pc) {
    size_t n = 0;
    for (; is_watched(pc) && is_there(list) && list[n] != NULL; n++) {
        fills_text(list[n], pc);
    }
    fills(list, (n + 1) * sizeof *list, pc);
}

/* -- users and groups: NULL, when there is none of that name -- */

static int has_user(int result, struct passwd **found, uintptr_t pc) {
    fills(found, sizeof *found, pc);
    struct passwd *user = result == 0 ? *found : NULL;
    if (user != NULL && is_watched(pc)) {
        char *const texts[] = {user->pw_name, user->pw_passwd, user->pw_gecos, user->pw_dir,
                               user->pw_shell};
        writes(user, sizeof *user, pc);
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            fills_text(texts[i], pc);
        }
    }
    return result;
}

INTERPOSE int getpwnam_r(const char *name, struct passwd *user, char *room, size_t bytes,
                         struct passwd **found) {
    takes_text(name, CALLER_PC);
    return has_user(REAL_OF(getpwnam_r)(name, user, room, bytes, found), found, CALLER_PC);
}

INTERPOSE int getpwuid_r(uid_t id, struct passwd *user, char *room, size_t bytes,
                         struct passwd **found) {
    return has_user(REAL_OF(getpwuid_r)(id, user, room, bytes, found), found, CALLER_PC);
}

static int has_group(int result, struct group **found, uintptr_t pc) {
    fills(found, sizeof *found, pc);
    struct group *group = result == 0 ? *found : NULL;
    if (group != NULL && is_watched(pc)) {
        writes(group, sizeof *group, pc);
        fills_text(group->gr_name, pc);
        fills_text(group->gr_passwd, pc);
        fills_texts(group->gr_mem, pc);
    }
    return result;
}

INTERPOSE int getgrnam_r(const char *name, struct group *group, char *room, size_t bytes,
                         struct group **found) {
    takes_text(name, CALLER_PC);
    return has_group(REAL_OF(getgrnam_r)(name, group, room, bytes, found), found, CALLER_PC);
}

INTERPOSE int getgrgid_r(gid_t id, struct group *group, char *room, size_t bytes,
                         struct group **found) {
    return has_group(REAL_OF(getgrgid_r)(id, group, room, bytes, found), found, CALLER_PC);
}

/* -- hosts -- */

static int has_host(int result, struct hostent **found, uintptr_t pc) {
    fills(found, sizeof *found, pc);
    struct hostent *host = result == 0 ? *found : NULL;
    if (host != NULL && is_watched(pc)) {
        size_t n = 0;
        writes(host, sizeof *host, pc);
        fills_text(host->h_name, pc);
        fills_texts(host->h_aliases, pc);
        for (; host->h_addr_list[n] != NULL; n++) {
            writes(host->h_addr_list[n], (size_t)host->h_length, pc);
        }
        writes(host->h_addr_list, (n + 1) * sizeof *host->h_addr_list, pc);
    }
    return result;
}

INTERPOSE int gethostbyname_r(const char *name, struct hostent *host, char *room, size_t bytes,
                              struct hostent **found, int *fault) {
    takes_text(name, CALLER_PC);
    return has_host(REAL_OF(gethostbyname_r)(name, host, room, bytes, found, fault), found,
                    CALLER_PC);
}

INTERPOSE int gethostbyname2_r(const char *name, int family, struct hostent *host, char *room,
                               size_t bytes, struct hostent **found, int *fault) {
    takes_text(name, CALLER_PC);
    return has_host(REAL_OF(gethostbyname2_r)(name, family, host, room, bytes, found, fault), found,
                    CALLER_PC);
}

/* A list of libc's making, the caller's from now on. */
static void has_addresses(struct addrinfo *list, uintptr_t pc) {
    for (; is_watched(pc) && list != NULL; list = list->ai_next) {
        writes(list, sizeof *list, pc);
        fills(list->ai_addr, list->ai_addrlen, pc);
        fills_text(list->ai_canonname, pc);
    }
}

INTERPOSE int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                          struct addrinfo **found) {
    takes_text(node, CALLER_PC);
    takes_text(service, CALLER_PC);
    takes(hints, offsetof(struct addrinfo, ai_addrlen), CALLER_PC);
    int result = REAL_OF(getaddrinfo)(node, service, hints, found);
    if (result == 0) {
        fills(found, sizeof *found, CALLER_PC);
        has_addresses(*found, CALLER_PC);
    }
    return result;
}

INTERPOSE int getnameinfo(const struct sockaddr *address, socklen_t bytes, char *host,
                          socklen_t host_room, char *service, socklen_t service_room, int flags) {
    takes_at_most(address, bytes, sizeof(struct sockaddr_storage), CALLER_PC);
    int result =
        REAL_OF(getnameinfo)(address, bytes, host, host_room, service, service_room, flags);
    if (result == 0) {
        fills_text(host_room != 0 ? host : NULL, CALLER_PC);
        fills_text(service_room != 0 ? service : NULL, CALLER_PC);
    }
    return result;
}

/* -- directories: an entry lies in the stream's own buffer until the next call, whoever makes it -- */

#define READS_ENTRY(name, type)                                                                    \
    INTERPOSE struct type *name(DIR *directory) {                                                  \
        struct type *entry = REAL_OF(name)(directory);                                             \
        if (entry != NULL && is_watched(CALLER_PC)) {                                              \
            size_t before = offsetof(struct type, d_name);                                         \
            writes(entry, before + length_of(entry->d_name) + 1, CALLER_PC);                       \
        }                                                                                          \
        return entry;                                                                              \
    }
READS_ENTRY(readdir, dirent)
READS_ENTRY(readdir64, dirent64)
