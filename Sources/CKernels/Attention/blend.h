// The product of soft-max and values, back to the map; its definition is plain.c's.

/// Blends 32 of the values of `rows` queries; those that come `ahead` words later are asked for meanwhile.
INLINE void blend_tile(
    const inpaintd_blending *p, const uint32_t *weights, ptrdiff_t panel, ptrdiff_t ahead, float *blended,
    const float *shares, const int rows, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t whole_rows = pairs ? t->count / 2 : t->count;
    for (ptrdiff_t lane = 0; lane < 16; lane += LANES) {
        vec sums[PRODUCT_ROWS][2];
        UNROLL for (int row = 0; row < rows; row++) {
            UNROLL for (int v = 0; v < 2; v++) sums[row][v] = splat(0);
        }
        const uint32_t *a = weights;
        for (ptrdiff_t frame = 0; frame < p->frames; frame++) {
            const uint32_t *b = p->values[frame] + panel * panel_words(t) + lane;
            // A row is two cache lines; passes over a part of each ask for one of them.
            add_tile(
                sums, a, 1, inpaintd_blended_queries, b, whole_rows, rows, 2, pairs,
                b + ahead + (LANES < 16 ? lane / 8 * 16 : 0), 32, LANES < 16 ? 1 : 2);
            a += whole_rows * inpaintd_blended_queries;
            if (pairs && t->count % 2) {
                // The word holds values of both halves: each is picked out by a 0 beside the weight.
                const vecw single = load_words(b + 32 * whole_rows);
                UNROLL for (int half = 0; half < halves_of(pairs); half++) {
                    const vecw right = half_of(single, half, pairs);
                    UNROLL for (int row = 0; row < rows; row++) {
                        const vecw low = half_of(splat_word(a[row]), half, pairs);
                        const vecw high = half_of(splat_word(a[row] << 16), half, pairs);
                        sums[row][0] = add_half(sums[row][0], low, right, pairs);
                        sums[row][1] = add_half(sums[row][1], high, right, pairs);
                    }
                }
                a += inpaintd_blended_queries;
            }
        }
        UNROLL for (int row = 0; row < rows; row++) {
            UNROLL for (int v = 0; v < 2; v++) {
                store(blended + 32 * row + 16 * v + lane, sums[row][v] * shares[row]);
            }
        }
    }
}

/// Puts `count` values of each query in the queries' places, the first of them at `place` of the first token.
///
/// Shapes: blended [rows, 32]; tokens [rows], from the first token's place to the query's.
INLINE void scatter_blended(
    const inpaintd_blending *p, const float *blended, const ptrdiff_t *tokens, ptrdiff_t rows, inpaintd_place place,
    ptrdiff_t count) {
    for (ptrdiff_t value = 0, run; value < count; value += run) {
        run = run_at(&place, count - value);
        const int completes = place.channel + run == p->tokens.patches.channels;
        for (ptrdiff_t row = 0; row < rows; row++) {
            float *target = p->map + place.offset + tokens[row];
            const float *source = blended + 32 * row + value;
            for (ptrdiff_t i = 0; i < run; i++) target[i] = source[i];
            if (completes) {
                for (ptrdiff_t i = 0; i < p->surplus; i++) target[run + i] = 0;
            }
        }
        advance(&place, run);
    }
}

INLINE void blend_words(const inpaintd_blending *p, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t queries = p->last_query - p->first_query;
    const ptrdiff_t end = at_most(p->last, token_values(&t->patches));
    float shares[inpaintd_blended_queries];
    ptrdiff_t tokens[inpaintd_blended_queries];
    float blended[PRODUCT_ROWS * 32];
    soft_max(p, queries, p->scratch, shares, pairs);
    for (ptrdiff_t query = 0; query < queries; query++) {
        tokens[query] = token_offset(&t->patches, p->pixel_stride, p->first_query + query);
    }
    // Whole panels, and so many that they arrive in time where each is small.
    const ptrdiff_t ahead = (1024 + panel_words(t) - 1) / panel_words(t) * panel_words(t);
    inpaintd_place place = place_of(&t->patches, p->pixel_stride, 0, p->first);
    for (ptrdiff_t value = p->first; value < end; value += inpaintd_token_group) {
        const ptrdiff_t panel = value / inpaintd_token_group;
        const ptrdiff_t count = at_most(inpaintd_token_group, end - value);
        ptrdiff_t query = 0;
#define ROWS(rows) \
    for (; query + rows <= queries; query += rows) { \
        blend_tile(p, p->scratch + query, panel, ahead, blended, shares + query, rows, pairs); \
        scatter_blended(p, blended, tokens + query, rows, place, count); \
    }
#if PRODUCT_ROWS > 6
        ROWS(PRODUCT_ROWS)
#endif
        ROWS(6) ROWS(3) ROWS(1)
#undef ROWS
        advance_by(&place, count);
    }
}

static void blend(const inpaintd_blending *p) {
    if (p->tokens.pairs) {
        blend_words(p, 1);
    } else {
        blend_words(p, 0);
    }
}
