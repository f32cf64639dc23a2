/* flat.c - does a load of bounded length leave memory flat? */
#include "flat.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 0: not to be known. */
static long resident_kb(void) {
    char text[128] = "";
    long all = 0, resident = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (fd >= 0) {
        close(fd);
    }
    if (got <= 0 || sscanf(text, "%ld %ld", &all, &resident) != 2) {
        return 0;
    }
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int by_size(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

/* n > 0. */
static long median(const long *values, size_t n) {
    long sorted[FLAT_SAMPLES];
    memcpy(sorted, values, n * sizeof(*values));
    qsort(sorted, n, sizeof(*sorted), by_size);
    return sorted[n / 2];
}

static void end_window(struct flat *flat, double seconds, long jobs) {
    long kb = median(flat->samples, flat->n_samples);
    flat->window_kb[flat->n_windows++] = kb;
    flat->n_samples = 0;
    printf("%9.1f s %12ld jobs %9.0f jobs/s %9ld KB\n", seconds, jobs, (double)jobs / seconds, kb);
    fflush(stdout);
}

void flat_sample(struct flat *flat, double done, double seconds, long jobs) {
    if (flat->n_samples < FLAT_SAMPLES) {
        flat->samples[flat->n_samples++] = resident_kb();
    }
    while (flat->n_windows < FLAT_WINDOWS && done >= (double)(flat->n_windows + 1) / FLAT_WINDOWS) {
        end_window(flat, seconds, jobs);
        flat->samples[flat->n_samples++] = resident_kb();
    }
}

bool flat_judge(const struct flat *flat, long percent) {
    if (flat->n_windows < FLAT_WINDOWS) {
        printf("memory: the run ended before it could be judged\n");
        return false;
    }
    long warm = median(flat->window_kb + FLAT_WARM, FLAT_FEW);
    long end = median(flat->window_kb + FLAT_WINDOWS - FLAT_FEW, FLAT_FEW);
    bool is_flat = warm > 0 && end * 100 <= warm * (100 + percent);
    printf("memory: %ld KB after the warm-up, %ld KB at the end: %+.1f %%, %s\n", warm, end,
           warm > 0 ? (double)(end - warm) * 100 / (double)warm : 0, is_flat ? "flat" : "NOT FLAT");
    return is_flat;
}
