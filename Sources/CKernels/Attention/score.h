// The product of queries and keys; its definition is plain.c's.

enum {
    /// Queries and keys whose products are summed at a time where sums run along the token.
    dot_queries = PRODUCT_ROWS / 2,
    dot_keys = LANES == 16 ? 4 : 3,
};

// Many queries: a vector holds as many queries, and every word of a key is broadcast.

/// The lanes of two vectors in turns.
INLINE void interleave(vecw a, vecw b, vecw *low, vecw *high) {
#if LANES == 16
    *low = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    *high = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#elif LANES == 8
    *low = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    *high = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
    *low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    *high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
}

/// Turns rows of words, one a query, to columns of the panels [words, 32].
///
/// Shapes: rows [LANES, words], words being a multiple of 16.
INLINE void pack_queries(const uint32_t *rows, ptrdiff_t words, ptrdiff_t query, uint32_t *packed) {
    uint32_t *columns = packed + query / 32 * 32 * words + query % 32;
    for (ptrdiff_t k = 0; k < words; k += LANES) {
        vecw square[LANES];
        UNROLL for (int i = 0; i < LANES; i++) square[i] = load_words(rows + i * words + k);
        // A vector's lane and its number change places one bit at a time.
        UNROLL for (int bit = 1; bit < LANES; bit *= 2) {
            vecw next[LANES];
            UNROLL for (int i = 0; i < LANES / 2; i++) {
                interleave(square[i], square[i + LANES / 2], &next[2 * i], &next[2 * i + 1]);
            }
            UNROLL for (int i = 0; i < LANES; i++) square[i] = next[i];
        }
        UNROLL for (int i = 0; i < LANES; i++) store_words(columns + 32 * (k + i), square[i]);
    }
}

/// Rows of scores, 32 or 16 queries wide; `first` starts the sums, else they go on.
INLINE void score_tile(
    const uint32_t *keys, ptrdiff_t words, const uint32_t *packed, float *scores, ptrdiff_t stride, int first,
    const int rows, const int vectors, const int pairs) {
    for (ptrdiff_t lane = 0; lane < 16; lane += LANES) {
        vec sums[PRODUCT_ROWS][2];
        UNROLL for (int row = 0; row < rows; row++) {
            UNROLL for (int v = 0; v < vectors; v++) {
                sums[row][v] = first ? splat(0) : load(scores + row * stride + lane + 16 * v);
            }
        }
        add_tile(sums, keys, words, 1, packed + lane, words, rows, vectors, pairs, keys + rows * words, 16, 1);
        UNROLL for (int row = 0; row < rows; row++) {
            UNROLL for (int v = 0; v < vectors; v++) store(scores + row * stride + lane + 16 * v, sums[row][v]);
        }
    }
}

INLINE void score_rows(
    const uint32_t *keys, ptrdiff_t words, const uint32_t *packed, float *scores, ptrdiff_t columns, ptrdiff_t stride,
    int first, const int rows, const int pairs) {
    ptrdiff_t query = 0;
    for (; query + 32 <= columns; query += 32) {
        score_tile(keys, words, packed + query * words, scores + query, stride, first, rows, 2, pairs);
    }
    if (query < columns) score_tile(keys, words, packed + query * words, scores + query, stride, first, rows, 1, pairs);
}

INLINE void score_many(const inpaintd_scoring *p, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t stride = inpaintd_score_columns(t);
    const ptrdiff_t queries = p->last_query - p->first_query;
    // Whole groups of 16, the surplus being zero.
    const ptrdiff_t columns = (queries + 15) / 16 * 16;
    for (ptrdiff_t slice = p->first_slice; slice < p->last_slice; slice++) {
        const ptrdiff_t words = slice_words(t, slice);
        const ptrdiff_t value = slice * t->slice * word_values(t);
        uint32_t *rows = p->scratch;
        uint32_t *packed = rows + LANES * t->slice;
        for (ptrdiff_t query = 0; query < columns; query += LANES) {
            for (ptrdiff_t i = 0; i < LANES; i++) {
                uint32_t *row = rows + i * words;
                if (query + i < queries) {
                    gather_words(
                        t, p->query_map, p->pixel_stride, p->first_query + query + i, value,
                        value + words * word_values(t), row, pairs);
                } else {
                    memset(row, 0, (size_t)words * sizeof *row);
                }
            }
            pack_queries(rows, words, query, packed);
        }

        const int first = slice == p->first_slice;
        for (ptrdiff_t frame = 0; frame < p->frames; frame++) {
            const uint32_t *keys = p->keys[frame] + slice * t->slice * t->count;
            float *scores = p->scores + frame * t->count * stride + p->first_query;
            ptrdiff_t key = 0;
#define ROWS(rows) \
    for (; key + rows <= t->count; key += rows) { \
        score_rows(keys + key * words, words, packed, scores + key * stride, columns, stride, first, rows, pairs); \
    }
#if PRODUCT_ROWS > 6
            ROWS(PRODUCT_ROWS)
#endif
            ROWS(6) ROWS(3) ROWS(1)
#undef ROWS
        }
    }
}

// Few queries: a vector holds as many words of one token, and its lanes are added up at the end.

/// The sums of the lanes of four vectors.
INLINE vec4 sum_four_lanes(vec v0, vec v1, vec v2, vec v3) {
    const vec4 a = fold(v0), b = fold(v1), c = fold(v2), d = fold(v3);
    const vec4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const vec4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

INLINE void score_dots(
    const uint32_t *queries, ptrdiff_t query_stride, const uint32_t *const keys[dot_keys], ptrdiff_t words,
    float *scores, ptrdiff_t stride, int first, const int query_count, const int key_count, const int pairs) {
    vec sums[dot_queries][dot_keys];
    UNROLL for (int q = 0; q < query_count; q++) {
        UNROLL for (int k = 0; k < dot_keys; k++) sums[q][k] = splat(0);
    }
    for (ptrdiff_t line = 0; line < words; line += 16) {
        UNROLL for (int k = 0; k < key_count; k++) fetch_ahead(keys[k] + key_count * words + line);
        UNROLL for (int lane = 0; lane < 16; lane += LANES) {
            const ptrdiff_t i = line + lane;
            UNROLL for (int half = 0; half < halves_of(pairs); half++) {
                half_begins(pairs);
                vecw right[dot_keys];
                UNROLL for (int k = 0; k < key_count; k++) right[k] = half_of(load_words(keys[k] + i), half, pairs);
                UNROLL for (int q = 0; q < query_count; q++) {
                    const vecw left = half_of(load_words(queries + q * query_stride + i), half, pairs);
                    UNROLL for (int k = 0; k < key_count; k++) sums[q][k] = add_half(sums[q][k], left, right[k], pairs);
                }
            }
        }
    }
    UNROLL for (int q = 0; q < query_count; q++) {
        const vec4 dots =
            sum_four_lanes(sums[q][0], sums[q][1], sums[q][2], dot_keys == 4 ? sums[q][3] : splat(0));
        UNROLL for (int k = 0; k < key_count; k++) {
            float *score = scores + k * stride + q;
            *score = dots[k] + (first ? 0 : *score);
        }
    }
}

/// Every query with some keys.
INLINE void score_keys(
    const uint32_t *queries, ptrdiff_t query_count, const uint32_t *const keys[dot_keys], ptrdiff_t words,
    float *scores, ptrdiff_t stride, int first, const int key_count, const int pairs) {
    ptrdiff_t query = 0;
#define QUERIES(count) \
    for (; query + count <= query_count; query += count) { \
        score_dots( \
            queries + query * words, words, keys, words, scores + query, stride, first, count, key_count, pairs); \
    }
#if PRODUCT_ROWS > 6
    QUERIES(dot_queries)
#endif
    QUERIES(3) QUERIES(1)
#undef QUERIES
}

INLINE void score_few(const inpaintd_scoring *p, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t stride = inpaintd_score_columns(t);
    const ptrdiff_t all = p->frames * t->count;
    const ptrdiff_t count = p->last_query - p->first_query;
    for (ptrdiff_t slice = p->first_slice; slice < p->last_slice; slice++) {
        const ptrdiff_t words = slice_words(t, slice);
        const ptrdiff_t value = slice * t->slice * word_values(t);
        uint32_t *queries = p->scratch;
        for (ptrdiff_t query = 0; query < count; query++) {
            gather_words(
                t, p->query_map, p->pixel_stride, p->first_query + query, value, value + words * word_values(t),
                queries + query * words, pairs);
        }
        const int first = slice == p->first_slice;
        const uint32_t *keys[dot_keys];
        ptrdiff_t gathered = 0;
        // Keys of frames that hold few are taken together.
        for (ptrdiff_t key = 0, frame = 0, token = 0; key < all; key++) {
            keys[gathered++] = p->keys[frame] + slice * t->slice * t->count + token * words;
            if (++token == t->count) {
                token = 0;
                frame++;
            }
            float *scores = p->scores + (key + 1 - gathered) * stride + p->first_query;
            if (gathered == dot_keys) {
                score_keys(queries, count, keys, words, scores, stride, first, dot_keys, pairs);
                gathered = 0;
            } else if (key + 1 == all) {
                for (ptrdiff_t k = 0; k < gathered; k++) {
                    score_keys(queries, count, keys + k, words, scores + k * stride, stride, first, 1, pairs);
                }
            }
        }
    }
}

static void score(const inpaintd_scoring *p) {
    const int few = scored_by_dots(&p->tokens);
    if (p->tokens.pairs) {
        if (few) score_few(p, 1); else score_many(p, 1);
    } else {
        if (few) score_few(p, 0); else score_many(p, 0);
    }
}
