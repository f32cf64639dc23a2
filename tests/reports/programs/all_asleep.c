/* all_asleep.c - main waits for what no other goroutine is there to do. */
#include <raddle.h>

int main(void) {
    rdl_recv(rdl_chan_make(0, 0), NULL);
}
