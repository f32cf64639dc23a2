/* Two threads raise the high score, one at a time: comparing and writing is one step under the
 * mutex. threads_racy.c is the same without.
 *
 *   raddle-cc threads_fixed.c -o threads_fixed && run-with-detector ./threads_fixed
 *
 * Output:
 *   high score: 2000
 * Expect: clean
 */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t board = PTHREAD_MUTEX_INITIALIZER;
static int high_score; /* guarded by board */

static void *play(void *arg) {
    const int *score = arg;
    pthread_mutex_lock(&board);
    if (*score > high_score) {
        high_score = *score;
    }
    pthread_mutex_unlock(&board);
    return NULL;
}

int main(void) {
    int scores[2] = {1000, 2000};
    pthread_t players[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&players[i], NULL, play, &scores[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(players[i], NULL);
    }

    printf("high score: %d\n", high_score);
    return high_score == 2000 ? 0 : 1;
}
