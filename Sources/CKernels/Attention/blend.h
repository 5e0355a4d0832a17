// The product of soft-max and values, back to the map; its definition is plain.c's.

/// Blends 32 of the values of `rows` queries.
INLINE void blend_tile(
    const inpaintd_blending *p, const uint32_t *weights, const uint32_t *const *values, ptrdiff_t panel, float *blended,
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
            const uint32_t *b = values[frame] + panel * panel_words(t) + lane;
            add_tile(sums, a, 1, inpaintd_blended_queries, b, whole_rows, rows, 2, pairs);
            a += whole_rows * inpaintd_blended_queries;
            if (pairs && t->count % 2) {
                // The word holds values of both halves: each is picked out by a 0 beside the weight.
                const vecw single = load_words(b + 32 * whole_rows);
                UNROLL for (int row = 0; row < rows; row++) {
                    sums[row][0] = add_product(sums[row][0], splat_word(a[row]), single, pairs);
                    sums[row][1] = add_product(sums[row][1], splat_word(a[row] << 16), single, pairs);
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

/// Puts 32 values of each query in their places.
INLINE void scatter_blended(
    const inpaintd_blending *p, const float *blended, ptrdiff_t first_query, ptrdiff_t rows, ptrdiff_t first) {
    const inpaintd_patches *patches = &p->tokens.patches;
    const ptrdiff_t end = at_most(first + inpaintd_token_group, token_values(patches));
    inpaintd_place start = place_of(patches, p->pixel_stride, 0, first);
    for (ptrdiff_t value = first, run; value < end; value += run) {
        run = run_at(&start, end - value);
        const int completes = start.channel + run == patches->channels;
        for (ptrdiff_t row = 0; row < rows; row++) {
            const ptrdiff_t query = first_query + row;
            float *target = p->map + start.offset + place_of(patches, p->pixel_stride, query, 0).offset;
            const float *source = blended + 32 * row + (value - first);
            for (ptrdiff_t i = 0; i < run; i++) target[i] = source[i];
            if (completes) {
                for (ptrdiff_t i = 0; i < p->surplus; i++) target[run + i] = 0;
            }
        }
        advance(&start, run);
    }
}

INLINE void blend_words(const inpaintd_blending *p, const int pairs) {
    const ptrdiff_t queries = p->last_query - p->first_query;
    float shares[inpaintd_blended_queries];
    float blended[PRODUCT_ROWS * 32];
    soft_max(p, queries, p->scratch, shares, pairs);
    for (ptrdiff_t value = p->first; value < p->last; value += inpaintd_token_group) {
        const ptrdiff_t panel = value / inpaintd_token_group;
        ptrdiff_t query = 0;
#define ROWS(rows) \
    for (; query + rows <= queries; query += rows) { \
        blend_tile(p, p->scratch + query, p->values, panel, blended, shares + query, rows, pairs); \
        scatter_blended(p, blended, p->first_query + query, rows, value); \
    }
#if PRODUCT_ROWS > 6
        ROWS(PRODUCT_ROWS)
#endif
        ROWS(6) ROWS(3) ROWS(1)
#undef ROWS
    }
}

static void blend(const inpaintd_blending *p) {
    if (p->tokens.pairs) {
        blend_words(p, 1);
    } else {
        blend_words(p, 0);
    }
}
