/* The detector looks at plain pthreads too: no line of this program knows of Raddle. Two threads
 * raise the high score, and nothing orders them. threads_fixed.c is the same with a mutex.
 *
 *   raddle-cc threads_racy.c -o threads_racy && run-with-detector ./threads_racy
 *
 * Output (varies):
 *   high score: 2000
 * Expect: data-race high_score
 */
#include <pthread.h>
#include <stdio.h>

static int high_score;

static void *play(void *arg) {
    const int *score = arg;
    if (*score > high_score) {
        high_score = *score;
    }
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
    return 0;
}
