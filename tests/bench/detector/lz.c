/* Block-parallel LZ77-style compressor over generated text: byte loads,
 * hash table, memcpy of literals. 2 threads take 64 KiB blocks. */
#include "bench.h"
enum { BS = 65536, NBK = 64, HB = 13 };
static unsigned char *in, *out[NBK];
static size_t outlen[NBK];
static atomic_int next_;
static unsigned h4(const unsigned char *p) {
    uint32_t v = p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
    return (v * 2654435761u) >> (32 - HB);
}
static size_t lz(const unsigned char *s, size_t n, unsigned char *o, int *tab) {
    size_t i = 0, lit = 0;
    unsigned char *o0 = o;
    for (int k = 0; k < 1 << HB; k++)
        tab[k] = -1;
    while (i + 4 < n) {
        unsigned h = h4(s + i);
        int c = tab[h];
        tab[h] = (int)i;
        size_t len = 0;
        if (c >= 0)
            while (i + len < n && len < 255 && s[c + len] == s[i + len])
                len++;
        if (len < 4 && i - lit < 255) {
            i++;
            continue;
        }
        if (len < 4)
            len = 0;
        *o++ = (unsigned char)(i - lit);
        memcpy(o, s + lit, i - lit);
        o += i - lit;
        *o++ = (unsigned char)len;
        if (len) {
            *o++ = (unsigned char)(i - c);
            *o++ = (unsigned char)((i - c) >> 8);
        }
        i += len;
        lit = i;
        if (!len)
            i++;
    }
    *o++ = (unsigned char)(n - lit);
    memcpy(o, s + lit, n - lit);
    return (size_t)(o + (n - lit) - o0);
}
static void work(int id) {
    (void)id;
    int *tab = malloc(sizeof(int) << HB);
    for (int b; (b = atomic_fetch_add(&next_, 1)) < NBK;)
        outlen[b] = lz(in + (size_t)b * BS, BS, out[b], tab);
    free(tab);
}
int main(int argc, char **argv) {
    long r = bench_reps(argc, argv, 48);
    static const char *w[] = {"alpha",   "the",       "channel", "of", "select", "race",
                              "to",      "goroutine", "mutex",   "a",  "vector", "clock",
                              "runtime", "and",       "shadow",  "is"};
    in = malloc((size_t)BS * NBK + 64);
    uint64_t s = 5;
    for (size_t i = 0; i < (size_t)BS * NBK;) {
        const char *x = w[bench_rng(&s) & 15];
        size_t l = strlen(x);
        memcpy(in + i, x, l);
        i += l;
        in[i++] = bench_rng(&s) & 7 ? ' ' : (unsigned char)('0' + (s & 63));
    }
    for (int i = 0; i < NBK; i++)
        out[i] = malloc(BS * 2);
    size_t tot = 0;
    bench_begin();
    for (long k = 0; k < r; k++) {
        next_ = 0;
        bench_par(2, work);
    }
    for (int i = 0; i < NBK; i++)
        tot += outlen[i];
    bench_end("lz", (double)BS * NBK * r, (double)tot);
}
