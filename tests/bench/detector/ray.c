/* Small ray tracer: spheres, shadows, 3 bounces; rows handed out by an
 * atomic counter to 2 threads. */
#include "bench.h"
#include <math.h>
enum { W = 320, H = 240, NS = 24 };
typedef struct {
    double x, y, z;
} v3;
typedef struct {
    v3 c, col;
    double r, refl;
} sphere;
static sphere sc[NS];
static v3 img[H][W];
static atomic_int row;
static v3 add(v3 a, v3 b) {
    return (v3){a.x + b.x, a.y + b.y, a.z + b.z};
}
static v3 sub(v3 a, v3 b) {
    return (v3){a.x - b.x, a.y - b.y, a.z - b.z};
}
static v3 mul(v3 a, double k) {
    return (v3){a.x * k, a.y * k, a.z * k};
}
static double dot(v3 a, v3 b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
static v3 norm(v3 a) {
    return mul(a, 1 / sqrt(dot(a, a)));
}
static int hit(v3 o, v3 d, double *tbest) {
    int best = -1;
    for (int i = 0; i < NS; i++) {
        const sphere *s = &sc[i];
        v3 oc = sub(o, s->c);
        double b = dot(oc, d), c = dot(oc, oc) - s->r * s->r, q = b * b - c;
        if (q < 0)
            continue;
        double t = -b - sqrt(q);
        if (t > 1e-4 && t < *tbest) {
            *tbest = t;
            best = i;
        }
    }
    return best;
}
static v3 trace(v3 o, v3 d, int depth) {
    double t = 1e30;
    int k = hit(o, d, &t);
    if (k < 0) {
        double g = 0.5 * (d.y + 1);
        return (v3){1 - g * .5, 1 - g * .3, 1};
    }
    const sphere *s = &sc[k];
    v3 p = add(o, mul(d, t)), n = norm(sub(p, s->c)), l = norm((v3){5, 10, -7});
    double ts = 1e30, dif = dot(n, l);
    if (dif < 0 || hit(p, l, &ts) >= 0)
        dif = 0;
    v3 c = mul(s->col, 0.15 + 0.85 * dif);
    if (depth > 0 && s->refl > 0) {
        v3 rd = sub(d, mul(n, 2 * dot(d, n)));
        c = add(mul(c, 1 - s->refl), mul(trace(p, rd, depth - 1), s->refl));
    }
    return c;
}
static void work(int id) {
    (void)id;
    for (int y; (y = atomic_fetch_add(&row, 1)) < H;)
        for (int x = 0; x < W; x++) {
            v3 d = norm((v3){(x - W / 2) / (double)H, (H / 2 - y) / (double)H, 1});
            img[y][x] = trace((v3){0, 0, -6}, d, 3);
        }
}
int main(int argc, char **argv) {
    long r = bench_reps(argc, argv, 80);
    uint64_t s = 2024;
    for (int i = 0; i < NS; i++) {
        double u = (bench_rng(&s) % 1000) / 1000., v = (bench_rng(&s) % 1000) / 1000.,
               w = (bench_rng(&s) % 1000) / 1000.;
        sc[i] = (sphere){{u * 8 - 4, v * 6 - 3, w * 6}, {u, v, w}, 0.4 + w, i % 3 * 0.3};
    }
    bench_begin();
    for (long k = 0; k < r; k++) {
        row = 0;
        bench_par(2, work);
    }
    bench_end("ray", (double)W * H * r, img[100][100].x);
}
