/* still.c - a program that does what its arguments say, for tests of the gate: `exit N`, `kill N`,
 * `sleep S`, `ignore S` (sleeps, deaf to SIGTERM), `child S` (leaves a sleeping child behind). */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef OWN_DETECTOR /* looks as if it were built with a compiler's own race detector */
__attribute__((visibility("default"))) void __tsan_init(void);
void __tsan_init(void) {
}
#endif

int main(int argc, char **argv) {
    int number = argc > 2 ? atoi(argv[2]) : 0;
    const char *what = argc > 1 ? argv[1] : "exit";
    if (strcmp(what, "kill") == 0) {
        kill(getpid(), number);
    }
    if (strcmp(what, "ignore") == 0) {
        signal(SIGTERM, SIG_IGN);
    }
    if (strcmp(what, "child") == 0) {
        if (fork() != 0) {
            return 0;
        }
        close(STDOUT_FILENO); /* nobody waits for it through a pipe */
        close(STDERR_FILENO);
    }
    if (strcmp(what, "exit") != 0) {
        sleep((unsigned)number);
        return 0;
    }
    return number;
}
