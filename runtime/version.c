/* version.c - which version of the runtime is this? */
#include <raddle.h>

uint32_t rdl_version(void) {
    return RDL_VERSION;
}
