/* Matrix multiply, rows split between 2 threads. */
#include "bench.h"
enum { N = 384 };
static double A[N][N], B[N][N], C[N][N];
static void mul(int id) {
    for (int i = id * (N / 2); i < (id + 1) * (N / 2); i++)
        for (int j = 0; j < N; j++) {
            double s = 0;
            for (int k = 0; k < N; k++)
                s += A[i][k] * B[k][j];
            C[i][j] = s;
        }
}
int main(int argc, char **argv) {
    long r = bench_reps(argc, argv, 30);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            A[i][j] = i - j, B[i][j] = i + j;
    bench_begin();
    for (long k = 0; k < r; k++)
        bench_par(2, mul);
    bench_end("matmul", (double)N * N * N * r, C[7][9]);
}
