// Words of tokens, made from maps, and products of them; `pairs` is always known to the compiler.

/// Words of pairs, their first halves out of `low`.
INLINE vecw pair_up(vec low, vec high) {
    return round_upper(low) >> 16 | round_upper(high);
}

/// Puts `count` floats, or as many bfloat16, where `target` points.
INLINE void copy_values(void *target, const float *source, ptrdiff_t count, const int pairs) {
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        if (pairs) {
            *(vech *)((uint16_t *)target + i) = __builtin_convertvector(round_upper(load(source + i)) >> 16, vech);
        } else {
            store((float *)target + i, load(source + i));
        }
    }
    for (; i < count; i++) {
        const uint16_t half = (uint16_t)bfloat16_bits(source[i]);
        if (pairs) {
            memcpy((char *)target + 2 * i, &half, sizeof half);
        } else {
            memcpy((char *)target + 4 * i, source + i, sizeof *source);
        }
    }
}

/// Gathers values `first ..< last` of a token as words that follow one another, zeros after the last that the map has.
INLINE void gather_words(
    const inpaintd_tokens *t, const float *map, ptrdiff_t pixel_stride, ptrdiff_t token, ptrdiff_t first,
    ptrdiff_t last, uint32_t *words, const int pairs) {
    const size_t bytes = pairs ? 2 : 4;
    char *target = (char *)words;
    const ptrdiff_t end = at_most(last, token_values(&t->patches));
    inpaintd_place place = place_of(&t->patches, pixel_stride, token, first);
    for (ptrdiff_t value = first, run; value < end; value += run) {
        run = run_at(&place, end - value);
        copy_values(target, map + place.offset, run, pairs);
        advance(&place, run);
        target += run * (ptrdiff_t)bytes;
    }
    if (end < last) memset(target, 0, (size_t)(last - end) * bytes);
}

/// In how many goes words are multiplied: pairs that the CPU cannot multiply at once go half by half.
INLINE int halves_of(const int pairs) {
    return pairs && !multiplies_pairs ? 2 : 1;
}

/// Before the words of one half are loaded: the other half's are forgotten, since both need too many registers.
INLINE void half_begins(const int pairs) {
    if (halves_of(pairs) == 2) __asm__ volatile("" ::: "memory");
}

/// What goes into a product in one go.
INLINE vecw half_of(vecw words, const int half, const int pairs) {
    return halves_of(pairs) == 2 ? widen_half(words, half) : words;
}

/// sums + a · b of one go.
INLINE vec add_half(vec sums, vecw a, vecw b, const int pairs) {
    return add_product(sums, a, b, pairs && halves_of(pairs) == 1);
}

/// Asks for a cache line of what comes next, for the second cache: the first has enough to hold.
INLINE void fetch_ahead(const uint32_t *words) {
    __builtin_prefetch(words, 0, 2);
}

/// Sums that stay in registers: rows of `a`, each broadcast, times 32 columns of `b` or the first 16 of them; one
/// vector of each half. Meanwhile `lines` cache lines a step come from `ahead`, `ahead_step` words further each step.
///
/// Shapes: a [rows, count] with any strides, b [count, 32].
INLINE void add_tile(
    vec sums[][2], const uint32_t *a, ptrdiff_t row_stride, ptrdiff_t step_stride, const uint32_t *b, ptrdiff_t count,
    const int rows, const int vectors, const int pairs, const uint32_t *ahead, const int ahead_step, const int lines) {
    for (ptrdiff_t k = 0; k < count; k++) {
        UNROLL for (int line = 0; line < lines; line++) fetch_ahead(ahead + k * ahead_step + 16 * line);
        UNROLL for (int half = 0; half < halves_of(pairs); half++) {
            half_begins(pairs);
            vecw right[2];
            UNROLL for (int v = 0; v < vectors; v++) right[v] = half_of(load_words(b + 32 * k + 16 * v), half, pairs);
            UNROLL for (int row = 0; row < rows; row++) {
                const vecw left = half_of(splat_word(a[row * row_stride + k * step_stride]), half, pairs);
                UNROLL for (int v = 0; v < vectors; v++) sums[row][v] = add_half(sums[row][v], left, right[v], pairs);
            }
        }
    }
}
