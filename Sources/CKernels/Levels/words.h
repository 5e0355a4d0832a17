// Vectors of 32-bit words, each a float or, in pairs, two bfloat16, the first in the lower half; `pairs` is always
// known to the compiler.

typedef uint32_t vecw __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t vech __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
/// A word in memory of floats or of bfloat16.
typedef uint32_t word __attribute__((aligned(2), may_alias));

INLINE vecw load_words(const word *p) {
    return *(const vecw *)p;
}

INLINE void store_words(word *p, vecw v) {
    *(vecw *)p = v;
}

INLINE vecw splat_word(uint32_t x) {
    return x - (vecw){0};
}

/// The floats that are the first or the second halves of pairs.
INLINE vecw widen_half(vecw pairs, const int half) {
    return half == 0 ? pairs << 16 : pairs & 0xFFFF0000;
}

#if defined PAIR_PRODUCTS
enum { multiplies_pairs = 1 };
#else
enum { multiplies_pairs = 0 };
#endif

/// sums + a · b; in pairs both products are added.
INLINE vec add_product(vec sums, vecw a, vecw b, const int pairs) {
    if (!pairs) return sums + (vec)a * (vec)b;
#if defined PAIR_PRODUCTS
    return (vec)_mm512_dpbf16_ps((__m512)sums, (__m512bh)a, (__m512bh)b);
#else
    sums += (vec)widen_half(a, 0) * (vec)widen_half(b, 0);
    return sums + (vec)widen_half(a, 1) * (vec)widen_half(b, 1);
#endif
}

/// The nearest bfloat16 in the upper halves, ties to even; for finite values.
INLINE vecw round_upper(vec x) {
    const vecw bits = (vecw)x;
    return (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
}
