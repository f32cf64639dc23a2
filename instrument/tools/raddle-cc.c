/* raddle-cc.c - raddle-cc and raddle-c++: the user's compiler, told to build for observation.
 *
 * The real compiler runs with the same words, -fsanitize=thread -g before them (so that the user's
 * own words win) and, when it links, our stub archive in place of a sanitizer's runtime. The recipe
 * per compiler, all measured:
 *
 *   gcc    its driver asks for -ltsan: a -L before all others makes the linker find ours, and the
 *          archive by name at the end covers -shared and -nostdlib, where nothing has asked before
 *   clang  -fno-sanitize-link-runtime, and the archive by name at the end
 *
 * A call that has no input (--version, -v, -dumpmachine, -print-…) goes through untouched, which is
 * what lets meson and autoconf recognise the compiler.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLANG_OLDEST 14 /* whose hooks we know */
#define CLANG_NEWEST 99

/* Where our files are: in the build tree, or installed. */
struct places {
    char archive_dir[PATH_MAX]; /* holds libtsan.a */
    char library_dir[PATH_MAX]; /* holds libraddle.so, libraddle.a; empty: there is none */
    char include_dirs[2][PATH_MAX];
    char shadow_dir[PATH_MAX]; /* headers that stand before others of their names */
    char fortify_dir[PATH_MAX];
    bool installed;
};

/* What the user asked for. */
struct request {
    bool input;       /* there is something to work on */
    bool source;      /* among it something to compile */
    bool links;       /* down to an executable or a shared object */
    bool relocatable; /* -r */
    bool is_static;
    bool bare; /* -nostdlib, -nodefaultlibs */
    bool debug_given;
    bool assembler; /* -x assembler: sources that no sanitizer touches */
    bool no_hooks;  /* -fno-sanitize=thread */
    bool show, help;
    char *sanitizer; /* that takes no hooks beside it: the word that asks for it, or NULL */
};

struct compiler {
    const char *path;
    bool clang;
};

struct words {
    char **word;
    size_t n, room;
};

static const char *self = "raddle-cc";

/* -- small things -- */

static void die(const char *what, const char *why, const char *what_to_do) {
    fprintf(stderr, "%s: %s: %s; %s\n", self, what, why, what_to_do);
    exit(1);
}

static void *must(void *memory) {
    if (memory == NULL) {
        die("command line", "out of memory", "close something and try again");
    }
    return memory;
}

static void add(struct words *w, const char *word) {
    if (w->n + 1 >= w->room) {
        w->room = w->room == 0 ? 64 : 2 * w->room;
        w->word = must(realloc(w->word, w->room * sizeof *w->word));
    }
    w->word[w->n++] = must(strdup(word));
    w->word[w->n] = NULL;
}

static void add_joined(struct words *w, const char *head, const char *tail) {
    size_t n = strlen(head) + strlen(tail) + 1;
    char *text = must(malloc(n));
    snprintf(text, n, "%s%s", head, tail);
    add(w, text);
    free(text);
}

static bool starts(const char *word, const char *head) {
    return strncmp(word, head, strlen(head)) == 0;
}

static bool is_one_of(const char *word, const char *const *list) {
    for (; *list != NULL; list++) {
        if (strcmp(word, *list) == 0) {
            return true;
        }
    }
    return false;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool join(char *out, const char *dir, const char *rest) {
    int n = snprintf(out, PATH_MAX, "%s%s", dir, rest);
    return n > 0 && n < PATH_MAX;
}

static bool exists(const char *dir, const char *name) {
    char path[PATH_MAX];
    return join(path, dir, name) && access(path, R_OK) == 0;
}

/* -- where our files are -- */

static bool use_build_tree(struct places *p, const char *tools_dir) {
    if (!exists(tools_dir, "/../libtsan.a")) {
        return false;
    }
    join(p->archive_dir, tools_dir, "/..");
    join(p->library_dir, tools_dir, "/../../runtime");
    join(p->include_dirs[0], RADDLE_SOURCE, "/runtime/include");
    join(p->include_dirs[1], RADDLE_SOURCE, "/instrument/include");
    join(p->shadow_dir, RADDLE_SOURCE, "/instrument/shadow");
    join(p->fortify_dir, RADDLE_SOURCE, "/instrument/shadow/fortify");
    return true;
}

static bool use_installed(struct places *p, const char *library_dir, const char *include_dir) {
    char archives[PATH_MAX];
    if (!join(archives, library_dir, "/raddle") || !exists(archives, "/libtsan.a")) {
        return false;
    }
    join(p->archive_dir, archives, "");
    join(p->library_dir, library_dir, "");
    join(p->include_dirs[0], include_dir, "");
    join(p->shadow_dir, include_dir, "/raddle/shadow");
    join(p->fortify_dir, include_dir, "/raddle/shadow/fortify");
    p->installed = true;
    return true;
}

static void tidy(char *dir) {
    char real[PATH_MAX];
    if (dir[0] != '\0' && realpath(dir, real) != NULL) {
        memcpy(dir, real, strlen(real) + 1);
    }
}

static void find_places(struct places *p) {
    char dir[PATH_MAX], library[PATH_MAX], include[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
    if (n <= 0) {
        die("/proc/self/exe", "cannot be read", "mount /proc");
    }
    dir[n] = '\0';
    *strrchr(dir, '/') = '\0';
    bool found =
        use_build_tree(p, dir) ||
        (join(include, dir, "/../include") &&
         ((join(library, dir, "/../lib/x86_64-linux-gnu") && use_installed(p, library, include)) ||
          (join(library, dir, "/../lib64") && use_installed(p, library, include)) ||
          (join(library, dir, "/../lib") && use_installed(p, library, include)))) ||
        use_installed(p, RADDLE_LIBDIR, RADDLE_INCLUDEDIR);
    if (!found) {
        die("libtsan.a", "Raddle's stub archive is neither in the build tree nor installed",
            "build or install Raddle again");
    }
    tidy(p->archive_dir);
    tidy(p->library_dir);
    tidy(p->include_dirs[0]);
    tidy(p->include_dirs[1]);
    tidy(p->shadow_dir);
    tidy(p->fortify_dir);
    if (!exists(p->library_dir, "/libraddle.so") && !exists(p->library_dir, "/libraddle.a")) {
        p->library_dir[0] = '\0';
    }
}

/* -- which compiler -- */

/* cc and c++ may be either: ask. */
static bool says_clang(const char *path) {
    size_t n = strlen(path) + 64;
    char *command = must(malloc(n));
    snprintf(command, n, "'%s' --version 2>/dev/null", path);
    FILE *answer = popen(command, "re");
    free(command);
    bool clang = false;
    char line[512];
    while (answer != NULL && fgets(line, sizeof line, answer) != NULL) {
        clang = clang || strstr(line, "clang") != NULL;
    }
    if (answer != NULL) {
        pclose(answer);
    }
    return clang;
}

/* gcc-12 is g++-12, clang is clang++, cc is c++; a name with ++ is one already. */
static const char *cxx_of(const char *cc) {
    size_t n = strlen(cc) + 3;
    char *cxx = must(malloc(n));
    const char *name = base_name(cc);
    const char *at;
    if (strstr(name, "++") != NULL) {
        snprintf(cxx, n, "%s", cc);
    } else if ((at = strstr(name, "clang")) != NULL) {
        snprintf(cxx, n, "%.*sclang++%s", (int)(at - cc), cc, at + strlen("clang"));
    } else if ((at = strstr(name, "gcc")) != NULL) {
        snprintf(cxx, n, "%.*sg++%s", (int)(at - cc), cc, at + strlen("gcc"));
    } else if (strcmp(name, "cc") == 0) {
        snprintf(cxx, n, "%.*sc++", (int)(name - cc), cc);
    } else {
        snprintf(cxx, n, "%s", cc);
    }
    return cxx;
}

static bool is_on_path(const char *name) {
    const char *at = getenv("PATH");
    while (at != NULL) {
        const char *end = strchrnul(at, ':');
        char file[PATH_MAX];
        int n = snprintf(file, sizeof file, "%.*s/%s", (int)(end - at), at, name);
        struct stat found;
        if (end != at && n < (int)sizeof file && access(file, X_OK) == 0 &&
            stat(file, &found) == 0 && S_ISREG(found.st_mode)) {
            return true;
        }
        at = *end != '\0' ? end + 1 : NULL;
    }
    return false;
}

/* RADDLE_CC=best: the newest clang, whose hooks are the fewest (tests/bench/README.md), else what there is. Not by
 * default: a program may be written for one compiler, and clang has no hooks for long double. */
static const char *best_compiler(void) {
    char *name = must(malloc(sizeof "clang-99"));
    for (int version = CLANG_NEWEST; version >= CLANG_OLDEST; version--) {
        snprintf(name, sizeof "clang-99", "clang-%d", version);
        if (is_on_path(name)) {
            return name;
        }
    }
    free(name);
    return is_on_path("clang") ? "clang" : RADDLE_DEFAULT_CC;
}

static struct compiler choose_compiler(bool cxx) {
    const char *cc = getenv("RADDLE_CC");
    const char *asked = cxx ? getenv("RADDLE_CXX") : NULL;
    if (cc == NULL || cc[0] == '\0') {
        cc = RADDLE_DEFAULT_CC;
    } else if (strcmp(cc, "best") == 0) {
        cc = best_compiler();
    }
    struct compiler c = {.path = cc};
    if (cxx) {
        c.path = asked != NULL && asked[0] != '\0' ? asked : cxx_of(cc);
    }
    const char *name = base_name(c.path);
    if (starts(name, "raddle-c")) {
        die(c.path, "RADDLE_CC names this wrapper itself", "name gcc or clang");
    }
    if (strstr(name, "clang") != NULL) {
        c.clang = true;
    } else if (strstr(name, "gcc") == NULL && strstr(name, "g++") == NULL) {
        c.clang = says_clang(c.path);
    }
    return c;
}

/* -- what the user asked for -- */

/* Options whose value is the next word. */
static const char *const with_value[] = {"-o",
                                         "-x",
                                         "-I",
                                         "-D",
                                         "-U",
                                         "-L",
                                         "-l",
                                         "-include",
                                         "-imacros",
                                         "-iquote",
                                         "-isystem",
                                         "-idirafter",
                                         "-isysroot",
                                         "-iprefix",
                                         "-iwithprefix",
                                         "-MF",
                                         "-MT",
                                         "-MQ",
                                         "-MJ",
                                         "-Xlinker",
                                         "-Xassembler",
                                         "-Xclang",
                                         "-Xpreprocessor",
                                         "-Xanalyzer",
                                         "-T",
                                         "-u",
                                         "-z",
                                         "-e",
                                         "-aux-info",
                                         "--param",
                                         "-B",
                                         "-wrapper",
                                         "-dumpbase",
                                         "-dumpdir",
                                         "-dumpbase-ext",
                                         "-target",
                                         "--sysroot",
                                         "-mllvm",
                                         "-A",
                                         "-G",
                                         "-arch",
                                         "-iwithprefixbefore",
                                         "-gcc-toolchain",
                                         "-ccc-gcc-name",
                                         NULL};

static const char *const stop_before_link[] = {
    "-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--precompile", "-emit-ast", "--analyze", NULL};
static const char *const static_link[] = {"-static", "--static", "-static-pie", NULL};
static const char *const bare_link[] = {"-nostdlib", "-nodefaultlibs", NULL};
static const char *const link_input[] = {".o", ".a", ".so", ".obj", ".lo", NULL};

static const char *const assembly[] = {".s", ".S", ".sx", NULL};

static bool has_suffix_of(const char *word, const char *const *list) {
    const char *dot = strrchr(base_name(word), '.');
    return dot != NULL && is_one_of(dot, list);
}

static bool is_link_input(const char *word) {
    return has_suffix_of(word, link_input) || strstr(base_name(word), ".so.") != NULL;
}

static const char *const other_sanitizers[] = {
    "address", "hwaddress", "memory", "leak", "kernel-address", "kernel-hwaddress", NULL};

/* -fsanitize=LIST and -fno-sanitize=LIST; the last one wins. */
static void read_sanitizers(struct request *r, const char *word) {
    bool wanted = starts(word, "-fsanitize=");
    char *list = must(strdup(strchr(word, '=') + 1)), *rest = list, *name;
    while ((name = strsep(&rest, ",")) != NULL) {
        bool all = strcmp(name, "all") == 0;
        if (strcmp(name, "thread") == 0 || all) {
            r->no_hooks = !wanted;
        }
        if (all || is_one_of(name, other_sanitizers)) {
            free(r->sanitizer);
            r->sanitizer = wanted && !all ? must(strdup(word)) : NULL;
        }
    }
    free(list);
}

static void read_response_file(struct request *r, const char *path);

/* Takes one word into account; next tells whether the one after it is its value. */
static void read_word(struct request *r, const char *word, bool *next_is_value) {
    *next_is_value = is_one_of(word, with_value);
    if (word[0] == '@' && word[1] != '\0') {
        read_response_file(r, word + 1);
    } else if (word[0] != '-' || word[1] == '\0') {
        r->input = true;
        r->source =
            r->source || !(is_link_input(word) || has_suffix_of(word, assembly) || r->assembler);
    } else if (is_one_of(word, stop_before_link)) {
        r->links = false;
    } else if (is_one_of(word, static_link)) {
        r->is_static = true;
    } else if (is_one_of(word, bare_link)) {
        r->bare = true;
    } else if (strcmp(word, "-r") == 0) {
        r->relocatable = true;
    } else if (starts(word, "-fsanitize=") || starts(word, "-fno-sanitize=")) {
        read_sanitizers(r, word);
    } else if (starts(word, "-g") && !starts(word, "-gcc")) {
        r->debug_given = true;
    } else if (starts(word, "-l")) {
        r->input = true;
    }
}

/* Words of a response file: separated by white space, quoted with ' or ", escaped with \. */
static char *next_word(char **text) {
    char *in = *text;
    while (isspace((unsigned char)*in)) {
        in++;
    }
    if (*in == '\0') {
        return NULL;
    }
    char *word = in, *out = in, quote = '\0';
    for (; *in != '\0' && (quote != '\0' || !isspace((unsigned char)*in)); in++) {
        if (*in == '\\' && in[1] != '\0') {
            *out++ = *++in;
        } else if (quote == '\0' && (*in == '\'' || *in == '"')) {
            quote = *in;
        } else if (*in == quote) {
            quote = '\0';
        } else {
            *out++ = *in;
        }
    }
    *text = *in != '\0' ? in + 1 : in;
    *out = '\0';
    return word;
}

/* Only looked at: the compiler gets the file itself. One that cannot be read is its affair. */
static void read_response_file(struct request *r, const char *path) {
    r->input = true;
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t room = 0;
    if (file == NULL || getdelim(&text, &room, '\0', file) <= 0) {
        r->source = true;
    } else {
        bool is_value = false;
        char *rest = text;
        for (char *word; (word = next_word(&rest)) != NULL;) {
            if (is_value) {
                is_value = false;
            } else {
                read_word(r, word, &is_value);
            }
        }
    }
    free(text);
    if (file != NULL) {
        fclose(file);
    }
}

static void read_own_option(struct request *r, const char *word) {
    if (strcmp(word, "--raddle-show") == 0) {
        r->show = true;
    } else if (strcmp(word, "--raddle-help") == 0) {
        r->help = true;
    } else {
        die(word, "unknown option", "see --raddle-help");
    }
}

static struct request read_request(int argc, char **argv, struct words *users) {
    struct request r = {.links = true};
    bool is_value = false;
    for (int i = 1; i < argc; i++) {
        const char *language = is_value && strcmp(argv[i - 1], "-x") == 0 ? argv[i] : NULL;
        r.assembler = language != NULL ? starts(language, "assembler") : r.assembler;
        if (!is_value && starts(argv[i], "--raddle-")) {
            read_own_option(&r, argv[i]);
            continue;
        }
        add(users, argv[i]);
        if (is_value) {
            is_value = false;
        } else {
            read_word(&r, argv[i], &is_value);
        }
    }
    return r;
}

/* -- the real command line -- */

/* gcc opens calls of constant size into moves that carry no hooks, and those ranges would go
 * unseen; clang has hooks for them. Only functions whose value no initialiser can need: strlen of a
 * literal is a constant expression to many programs, and strcmp may be. What _FORTIFY_SOURCE makes of
 * the same calls is kept by headers of ours. */
static void add_kept_calls(struct words *out, const struct places *p) {
    static const char *const functions[] = {"memcpy",  "memmove", "memset", "memcmp",  "mempcpy",
                                            "strcpy",  "strncpy", "strcat", "strncat", "stpcpy",
                                            "stpncpy", "bzero",   "bcopy",  "sprintf", "snprintf"};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        add_joined(out, "-fno-builtin-", functions[i]);
    }
    add(out, "--param=builtin-string-cmp-inline-length=0");
    add_joined(out, "-I", p->fortify_dir);
}

/* Valgrind's requests about threads are told to us. Only where its headers are: a program that asks for them
 * and is content without must find none. */
static bool has_valgrind(const struct places *p) {
    return exists(p->shadow_dir, "/valgrind/helgrind.h") &&
           (exists("/usr/include", "/valgrind/helgrind.h") ||
            exists("/usr/local/include", "/valgrind/helgrind.h"));
}

static void add_before(struct words *out, const struct compiler *c, const struct request *r,
                       const struct places *p) {
    bool final_link = r->links && !r->relocatable;
    bool observes = !(final_link && r->is_static);
    if (r->source && observes) {
        add(out, "-fsanitize=thread");
        if (!c->clang) {
            add(out, "-Wno-tsan"); /* warns of fences, which our detector does understand */
            add_kept_calls(out, p);
        }
    } else if (final_link && observes && !c->clang) {
        add(out, "-fsanitize=thread"); /* with -flto it is the link that compiles */
    }
    if (r->source && observes && has_valgrind(p)) {
        add_joined(out, "-I", p->shadow_dir);
    }
    if (r->source && !r->debug_given) {
        add(out, "-g");
    }
    if (r->source && c->clang) {
        add(out, "-gdwarf-aranges"); /* an index of code addresses; gcc always writes it */
    }
    if (!r->links) {
        return;
    }
    if (c->clang && r->source && observes) {
        add(out, "-fno-sanitize-link-runtime");
    } else if (!c->clang) {
        add_joined(out, "-L", p->archive_dir);
    }
}

/* The archive by its path. -x none: an earlier -x c would make the compiler read it as C. */
static void add_libraries(struct words *out, const struct request *r, const struct places *p) {
    add(out, "-x");
    add(out, "none");
    add_joined(out, p->archive_dir, "/libtsan.a");
    if (r->bare || p->library_dir[0] == '\0') {
        return;
    }
    add_joined(out, "-L", p->library_dir);
    if (!r->is_static && (!p->installed || !starts(p->library_dir, "/usr/lib"))) {
        add_joined(out, "-Wl,-rpath,", p->library_dir);
    }
    add(out, "-Wl,--push-state,--as-needed");
    add(out, "-lraddle");
    add(out, "-Wl,--pop-state");
}

static void add_after(struct words *out, const struct request *r, const struct places *p) {
    for (size_t i = 0; r->source && i < 2; i++) {
        if (p->include_dirs[i][0] != '\0' && strcmp(p->include_dirs[i], "/usr/include") != 0) {
            add_joined(out, "-I", p->include_dirs[i]);
        }
    }
    if (r->links && !r->relocatable) {
        add_libraries(out, r, p);
    }
}

static void show(const struct words *w) {
    for (size_t i = 0; i < w->n; i++) {
        const char *word = w->word[i];
        bool plain =
            word[0] != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
                                                 "NOPQRSTUVWXYZ0123456789@%+=:,./_-")] == '\0';
        printf("%s%s", i == 0 ? "" : " ", plain ? "" : "'");
        for (; *word != '\0'; word++) {
            fputs(!plain && *word == '\'' ? "'\\''" : (char[]){*word, '\0'}, stdout);
        }
        fputs(plain ? "" : "'", stdout);
    }
    putchar('\n');
}

/* --help is the compiler's own. */
static void print_help(void) {
    printf("Usage: %s [--raddle-OPTION] ARGUMENT...\n"
           "Run the C%s compiler with ARGUMENTs so that what it builds can be watched by\n"
           "run-with-detector, and works as ever without it.\n\n"
           "      --raddle-help          print this and exit\n"
           "      --raddle-show          print the compiler's command line and exit\n\n"
           "Environment: RADDLE_CC names the C compiler (gcc or clang; best: the newest clang\n"
           "there is, whose hooks are the cheapest), RADDLE_CXX that of C++, which is derived\n"
           "from RADDLE_CC when it is not given. Everything else is the compiler's: --help,\n"
           "options, exit status.\n",
           self, strstr(self, "++") != NULL ? "++" : "");
}

int main(int argc, char **argv) {
    if (argc > 0 && argv[0] != NULL) {
        self = base_name(argv[0]);
    }
    bool cxx = strstr(self, "++") != NULL;
    struct words users = {0}, out = {0};
    struct request r = read_request(argc, argv, &users);
    if (r.help) {
        print_help();
        return 0;
    }
    if (r.input && r.sanitizer != NULL && !r.no_hooks) {
        die(r.sanitizer, "no compiler has it beside the hooks that find races",
            "build once with each, this one without raddle-cc");
    }
    struct compiler c = choose_compiler(cxx);
    add(&out, c.path);
    struct places places = {0};
    if (r.input) {
        find_places(&places);
        add_before(&out, &c, &r, &places);
    }
    for (size_t i = 0; i < users.n; i++) {
        add(&out, users.word[i]);
    }
    if (r.input) {
        add_after(&out, &r, &places);
    }
    if (r.show) {
        show(&out);
        return 0;
    }
    if (r.input && r.links && r.is_static) {
        fprintf(stderr,
                "%s: -static: the detector is loaded by the dynamic linker, so a static "
                "program cannot be observed and runs dormant; link without -static\n",
                self);
    }
    execvp(c.path, out.word);
    die(c.path, strerror(errno), "name your compiler in RADDLE_CC (or RADDLE_CXX)");
}
