// Functions of vectors.

/// e^x for x ≤ 0, within 1 unit in the last place, and 0 below −87.
///
/// Source: Cody and Waite's reduction by ln 2 in two parts, and a degree-6 polynomial on ±ln 2 / 2 (Cephes, expf).
INLINE vec exponential(vec x) {
    const veci positive = x > -87.0f;
    // Written so that NaN is clamped too: C leaves its conversion to an integer undefined.
    const vec clamped = (vec)((positive & (veci)x) | (~positive & (veci)splat(-87.0f)));
    // Adding 1.5 · 2^23 leaves the nearest whole number in the low bits of the sum.
    const vec whole = (clamped * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
    const vec rest = (clamped - whole * 0.693359375f) - whole * -2.12194440e-4f;

    vec p = splat(1.9875691500e-4f);
    p = p * rest + 1.3981999507e-3f;
    p = p * rest + 8.3334519073e-3f;
    p = p * rest + 4.1665795894e-2f;
    p = p * rest + 1.6666665459e-1f;
    p = p * rest + 5.0000001201e-1f;
    p = p * rest * rest + rest + 1.0f;

    const veci power = (__builtin_convertvector(whole, veci) + 127) << 23;
    return (vec)((veci)(p * (vec)power) & positive);
}

typedef float vec4 __attribute__((vector_size(16), aligned(4)));
typedef float vec8 __attribute__((vector_size(32), aligned(4)));

/// Four sums that together are the sum of a vector's lanes.
INLINE vec4 fold(vec v) {
#if LANES == 16
    const vec8 half = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
#elif LANES == 8
    return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
#else
    return v;
#endif
}

INLINE float sum_lanes(vec v) {
    const vec4 quarter = fold(v);
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}
