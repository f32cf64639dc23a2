/* Opens a plugin that brings an OpenMP runtime under another name, visible to nobody else. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
    void *plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    int (*sum)(void) = NULL;
    if (plugin != NULL) {
        *(void **)&sum = dlsym(plugin, "sum");
    }
    if (sum == NULL) {
        puts(dlerror());
        return 3;
    }
    return sum() != 45;
}
