/* Rule    pthread.close-by-system-call  [HB-IO-01]
 * Expect  race x
 * Why     A says so only after the call, when main may have read the end.
 * Twin    close_by_system_call_ordered.c
 */
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../invisible.h"

/* What <sanitizer/linux_syscall_hooks.h> declares, which only clang brings. */
void __sanitizer_syscall_pre_impl_close(long fd);
void __sanitizer_syscall_post_impl_close(long result, long fd);

int x, ends[2];

static void *a(void *unused) {
    x = 1;
    syscall(SYS_close, ends[1]);
    __sanitizer_syscall_post_impl_close(0, ends[1]);
    mark(1);
    return unused;
}

int main(void) {
    char got;
    pthread_t thread;
    pipe(ends);
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    read(ends[0], &got, 1);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
