/* Loads plugins one and two in turn at one address. plugins ROUNDS: the threads that call them do not
 * know of each other: the two race on *x, each by its own code, and on the counter of one. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../rules/invisible.h"

struct plugin {
    void *handle;
    void (*write)(int *x);
    void (*count)(void);
};

static int *x;

static struct plugin load(const char *path) {
    struct plugin p = {.handle = dlopen(path, RTLD_NOW)};
    if (p.handle == NULL) {
        exit(3);
    }
    *(void **)&p.write = dlsym(p.handle, "plugin_write");
    *(void **)&p.count = dlsym(p.handle, "plugin_count");
    return p;
}

static void *first(void *unused) {
    struct plugin one = load("./one.so");
    give((void *)one.write);
    one.write(x);
    dlclose(one.handle);
    mark(1);
    return unused;
}

static void *second(void *unused) {
    await(1);
    struct plugin two = load("./two.so");
    if ((void *)two.write != take()) {
        exit(4); /* not where the other was: nothing can be said */
    }
    two.write(x);
    dlclose(two.handle);
    mark(2);
    return unused;
}

static void *count(void *plugin) {
    ((struct plugin *)plugin)->count();
    mark(3);
    return NULL;
}

static void turns(int rounds) {
    static int mine[2];
    for (int i = 0; i < rounds; i++) {
        struct plugin p = load(i % 2 == 0 ? "./one.so" : "./two.so");
        p.write(mine);
        dlclose(p.handle);
    }
}

int main(int argc, char **argv) {
    pthread_t threads[3];
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    x = calloc(2, sizeof *x);
    pthread_create(&threads[0], &detached, first, NULL);
    pthread_create(&threads[1], &detached, second, NULL);
    await(2);
    turns(argc > 1 ? atoi(argv[1]) : 0);
    struct plugin one = load("./one.so");
    pthread_create(&threads[2], &detached, count, &one);
    await(3);
    one.count();
    dlclose(one.handle);
    return 0;
}
