/* Rule    pthread.request-before-function  [HB-PT-01]
 * Expect  race x
 * Why     what follows the request does not.
 * Twin    request_before_function_ordered.c
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
    aio_write(&request);
    x = 1;
    sem_wait(&done);
    return 0;
}
