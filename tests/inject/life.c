/* dlopen, setjmp, the heap, fork, vfork, exec, and the several ways to end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static jmp_buf back;
static sigjmp_buf back_too;
static volatile int steps;

static __attribute__((noinline)) int dive(int depth) {
    steps++;
    if (depth == 0) {
        if (steps == 6) {
            longjmp(back, 1);
        }
        return 1;
    }
    return dive(depth - 1) + steps;
}

static int check_library(void) {
    void *library = dlopen("./library.so", RTLD_NOW);
    if (library == NULL) {
        return 0;
    }
    void (*touch)(void);
    *(void **)&touch = dlsym(library, "library_touch");
    touch();
    return *(int *)dlsym(library, "library_count") == 2 && dlclose(library) == 0;
}

static int check_jumps(void) {
    if (setjmp(back) == 0) {
        return dive(5) == 0;
    }
    if (sigsetjmp(back_too, 1) == 0) {
        siglongjmp(back_too, 1);
    }
    return 1;
}

static int check_memory(void) {
    char *p = realloc(malloc(5), 50000000);
    strcpy(p, "hello");
    p = realloc(p, 100);
    char *q = aligned_alloc(64, 64), *r = calloc(3, 4), *s = strdup(p);
    void *t = NULL;
    int good = posix_memalign(&t, 32, 9) == 0 && strcmp(s, "hello") == 0 && r[11] == 0;
    free(p), free(q), free(r), free(s), free(t);
    void *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    map = mremap(map, 8192, 16384, MREMAP_MAYMOVE);
    return good && munmap(map, 16384) == 0;
}

/* The child ends by `end`; its status must be 3. */
static int check_child(void (*end)(int)) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        steps++;
        end(3);
    }
    return waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3;
}

static void by_exec(int status) {
    (void)status;
    execl("/bin/sh", "sh", "-c", "exit 3", (char *)NULL);
}

int main(void) {
    int status = 0;
    if (!check_library() || !check_jumps() || !check_memory()) {
        return 1;
    }
    if (!check_child(exit) || !check_child(_exit) || !check_child(quick_exit) ||
        !check_child(by_exec)) {
        return 2;
    }
    pid_t child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    if (waitpid(child, &status, 0) != child || status != 0) {
        return 3;
    }
    return system("exit 4") >> 8 == 4 ? 0 : 4;
}
