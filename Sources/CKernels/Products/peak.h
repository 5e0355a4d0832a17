// What a core can do at most: products of registers, which never wait for memory.

/// Sums enough of them that none waits for its last product.
INLINE double peak_products(ptrdiff_t rounds, float seed, const int pairs) {
    vec sums[2 * PRODUCT_ROWS];
    UNROLL for (int i = 0; i < 2 * PRODUCT_ROWS; i++) sums[i] = splat(seed);
    vecw factor = (vecw)splat(seed);
    for (ptrdiff_t round = 0; round < rounds; round++) {
        UNROLL for (int i = 0; i < 2 * PRODUCT_ROWS; i++) sums[i] = add_product(sums[i], factor, factor, pairs);
    }
    UNROLL for (int i = 0; i < 2 * PRODUCT_ROWS; i++) PIN(sums[i]);
    return (pairs ? 4.0 : 2.0) * 2 * PRODUCT_ROWS * LANES * (double)rounds;
}

static double peak(ptrdiff_t rounds, float seed) {
    return peak_products(rounds, seed, 0);
}

static double peak_bf16(ptrdiff_t rounds, float seed) {
    return peak_products(rounds, seed, 1);
}
