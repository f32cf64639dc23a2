/* A race on a thread-local variable, which another thread has by its address. argv[1]: whose: "main", "thread", or
 * "stack", a thread on a stack that the program gave it; argv[2]: "plain", or "member" for one in a structure; a third
 * word: joined before, so that there is no race. */
#include <pthread.h>
#include <string.h>

static __thread int filler[5];
__thread int plain = 1;
static __thread struct tally {
    long sum;
    int counts[4];
} tally;
static _Alignas(4096) char room[1 << 20];
static int is_member, is_ordered;

static void *other(void *address) {
    ++*(int *)address;
    return NULL;
}

static void *owner(void *unused) {
    pthread_t thread;
    int *mine = is_member ? &tally.counts[2] : &plain;
    filler[1]++;
    pthread_create(&thread, NULL, other, mine);
    if (is_ordered) {
        pthread_join(thread, NULL);
    }
    ++*mine;
    if (!is_ordered) {
        pthread_join(thread, NULL);
    }
    return unused;
}

int main(int argc, char **argv) {
    pthread_t thread;
    pthread_attr_t attributes;
    is_member = argc > 2 && strcmp(argv[2], "member") == 0;
    is_ordered = argc > 3;
    if (argc < 2 || strcmp(argv[1], "main") == 0) {
        owner(NULL);
        return 0;
    }
    pthread_attr_init(&attributes);
    if (strcmp(argv[1], "stack") == 0) {
        pthread_attr_setstack(&attributes, room, sizeof room);
    }
    pthread_create(&thread, &attributes, owner, NULL);
    return pthread_join(thread, NULL);
}
