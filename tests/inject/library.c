/* An instrumented library, for dlopen: its constructor's access must be seen already. */
int library_count;

__attribute__((constructor)) static void begin(void) {
    library_count++;
}

void library_touch(void) {
    library_count++;
}
