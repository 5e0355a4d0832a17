// The one-dimensional transforms of F(4, 3) with the points 0, ±1/√2, ±√2, ∞ and of F(6, 3) with the points
// 0, ±1, ±2, ±1/2, ∞, each pair ±p by an even and an odd half; the matrices that they factor are plain.c's.

#define HALF_ROOT 0.70710678118654752f
#define ROOT 1.41421356237309505f

/// The input transform along one line of a tile: Bᵀ · d.
INLINE void transform_input_line(const vec *d, vec *v, const int outputs) {
    if (outputs == 6) {
        v[0] = (d[6] - d[0]) + 5.25f * (d[2] - d[4]);
        v[7] = (d[7] - d[1]) + 5.25f * (d[3] - d[5]);
        const vec even1 = (d[2] + d[6]) - 4.25f * d[4];
        const vec odd1 = (d[1] + d[5]) - 4.25f * d[3];
        v[1] = even1 + odd1;
        v[2] = even1 - odd1;
        const vec even2 = d[6] + (0.25f * d[2] - 1.25f * d[4]);
        const vec odd2 = d[5] + (0.25f * d[1] - 1.25f * d[3]);
        v[3] = even2 + 2 * odd2;
        v[4] = even2 - 2 * odd2;
        const vec even3 = d[6] + (4 * d[2] - 5 * d[4]);
        const vec odd3 = d[5] + (4 * d[1] - 5 * d[3]);
        v[5] = even3 + 0.5f * odd3;
        v[6] = even3 - 0.5f * odd3;
    } else {
        v[0] = (d[0] + d[4]) - 2.5f * d[2];
        v[5] = (d[1] + d[5]) - 2.5f * d[3];
        const vec even1 = d[4] - 2 * d[2];
        const vec odd1 = d[3] - 2 * d[1];
        v[1] = even1 + HALF_ROOT * odd1;
        v[2] = even1 - HALF_ROOT * odd1;
        const vec even2 = d[4] - 0.5f * d[2];
        const vec odd2 = d[3] - 0.5f * d[1];
        v[3] = even2 + ROOT * odd2;
        v[4] = even2 - ROOT * odd2;
    }
}

/// The output transform along one line of a tile: Aᵀ · m.
INLINE void transform_output_line(const vec *m, vec *y, const int outputs) {
    const vec sum1 = m[1] + m[2];
    const vec difference1 = m[1] - m[2];
    const vec sum2 = m[3] + m[4];
    const vec difference2 = m[3] - m[4];
    if (outputs == 6) {
        const vec sum3 = m[5] + m[6];
        const vec difference3 = m[5] - m[6];
        y[0] = (m[0] + sum1) + (sum2 + sum3);
        y[1] = difference1 + 2 * difference2 + 0.5f * difference3;
        y[2] = sum1 + 4 * sum2 + 0.25f * sum3;
        y[3] = difference1 + 8 * difference2 + 0.125f * difference3;
        y[4] = sum1 + 16 * sum2 + 0.0625f * sum3;
        y[5] = (m[7] + difference1) + 32 * difference2 + 0.03125f * difference3;
    } else {
        y[0] = m[0] + (sum1 + sum2);
        y[1] = HALF_ROOT * difference1 + ROOT * difference2;
        y[2] = 0.5f * sum1 + 2 * sum2;
        y[3] = m[5] + 0.5f * HALF_ROOT * difference1 + 2 * ROOT * difference2;
    }
}

/// The filter's transform along one line: G · g.
INLINE void transform_filter_line(const vec *g, vec *u, const int outputs) {
    if (outputs == 6) {
        const vec even1 = g[0] + g[2];
        const vec even2 = g[0] + 4 * g[2];
        const vec even3 = 4 * g[0] + g[2];
        u[0] = -g[0];
        u[1] = (-2.0f / 9) * (even1 + g[1]);
        u[2] = (-2.0f / 9) * (even1 - g[1]);
        u[3] = (1.0f / 90) * (even2 + 2 * g[1]);
        u[4] = (1.0f / 90) * (even2 - 2 * g[1]);
        u[5] = (8.0f / 45) * (even3 + 2 * g[1]);
        u[6] = (8.0f / 45) * (even3 - 2 * g[1]);
        u[7] = g[2];
    } else {
        const vec even1 = 2 * g[0] + g[2];
        const vec even2 = (1.0f / 6) * g[0] + (1.0f / 3) * g[2];
        u[0] = g[0];
        u[1] = (-1.0f / 3) * (even1 + ROOT * g[1]);
        u[2] = (-1.0f / 3) * (even1 - ROOT * g[1]);
        u[3] = even2 + (ROOT / 6) * g[1];
        u[4] = even2 - (ROOT / 6) * g[1];
        u[5] = g[2];
    }
}
