/* A library that is built twice, as PLUGIN one and two, with its functions at the same places. */
#define CONCAT(a, b) a##b
#define NAMED(a, b)  CONCAT(a, b)

int NAMED(counter_of_, PLUGIN);

__attribute__((noinline)) static void NAMED(write_in_, PLUGIN)(int *x) {
    *x += 1;
}

void plugin_write(int *x);
void plugin_write(int *x) {
    NAMED(write_in_, PLUGIN)(x);
    x[1] = x[0];
}

__attribute__((noinline)) static void NAMED(count_in_, PLUGIN)(void) {
    NAMED(counter_of_, PLUGIN)++;
}

void plugin_count(void);
void plugin_count(void) {
    NAMED(count_in_, PLUGIN)();
}
