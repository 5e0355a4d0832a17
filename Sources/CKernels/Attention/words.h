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

/// Sums that stay in registers: rows of `a`, each broadcast, times 32 columns of `b` or the first 16 of them; one
/// vector of each half.
///
/// Shapes: a [rows, count] with any strides, b [count, 32].
INLINE void add_tile(
    vec sums[][2], const uint32_t *a, ptrdiff_t row_stride, ptrdiff_t step_stride, const uint32_t *b, ptrdiff_t count,
    const int rows, const int vectors, const int pairs) {
    for (ptrdiff_t k = 0; k < count; k++) {
        vecw right[2];
        UNROLL for (int v = 0; v < vectors; v++) right[v] = load_words(b + 32 * k + 16 * v);
        UNROLL for (int row = 0; row < rows; row++) {
            const vecw left = splat_word(a[row * row_stride + k * step_stride]);
            UNROLL for (int v = 0; v < vectors; v++) sums[row][v] = add_product(sums[row][v], left, right[v], pairs);
        }
    }
}
