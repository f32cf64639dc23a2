/* Rule    pthread.semaphore-set  [HB-PT-06]
 * Expect  race x
 * Why     what follows the giving does not.
 * Twin    semaphore_set_ordered.c
 */
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/sem.h>

int x, set;

static void *a(void *unused) {
    struct sembuf take = {.sem_op = -1};
    semop(set, &take, 1);
    x = 2;
    return unused;
}

int main(void) {
    pthread_t thread;
    struct sembuf add = {.sem_op = 1};
    set = semget(IPC_PRIVATE, 1, 0600);
    pthread_create(&thread, NULL, a, NULL);
    semop(set, &add, 1);
    x = 1;
    pthread_join(thread, NULL);
    semctl(set, 0, IPC_RMID);
    return 0;
}
