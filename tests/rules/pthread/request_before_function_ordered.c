/* Rule    pthread.request-before-function  [HB-PT-01]
 * Expect  none
 * Why     an asynchronous request happens before the function that libc runs on a thread at its end.
 * Twin    request_before_function_races.c
 */
#include <aio.h>
#include <semaphore.h>
#include <unistd.h>

int x, ends[2];
sem_t done;

static void ended(union sigval value) {
    *(int *)value.sival_ptr = 2;
    sem_post(&done);
}

int main(void) {
    struct aiocb request = {.aio_buf = "a",
                            .aio_nbytes = 1,
                            .aio_sigevent = {.sigev_notify = SIGEV_THREAD,
                                             .sigev_notify_function = ended,
                                             .sigev_value.sival_ptr = &x}};
    sem_init(&done, 0, 0);
    request.aio_fildes = pipe(ends) == 0 ? ends[1] : -1;
    x = 1;
    aio_write(&request);
    sem_wait(&done);
    return 0;
}
