/* Rule    deadlock.locked_copy  [D8]
 * Expect  deadlock
 * Says    which says that main holds it
 * Also    misuse
 * Why     the copy was made while it was locked, and nobody will unlock that one.
 * Twin    locked_copy_free.c
 */
#include <pthread.h>

struct account {
    pthread_mutex_t mutex;
    int balance;
};

int main(void) {
    struct account account = {PTHREAD_MUTEX_INITIALIZER, 1};
    pthread_mutex_lock(&account.mutex);
    struct account copy = account;
    pthread_mutex_unlock(&account.mutex);
    pthread_mutex_lock(&copy.mutex);
    copy.balance--;
    pthread_mutex_unlock(&copy.mutex);
    return copy.balance;
}
