// Soft-max of a block of queries, a query a lane.

INLINE vec larger(vec a, vec b) {
    const veci above = a > b;
    return (vec)((above & (veci)a) | (~above & (veci)b));
}

/// Turns a block's scores to the words that values are multiplied by, a row a key or a pair of keys, and leaves what
/// their sums have to be multiplied by.
///
/// In pairs the sums are those of the rounded words, so that a blend's shares still add up to 1.
/// Shapes: words [frames × N, block], in pairs [frames × (N + 1) / 2, block]; shares [block].
INLINE void soft_max(const inpaintd_blending *p, ptrdiff_t columns, uint32_t *words, float *shares, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t stride = inpaintd_score_columns(t);
    const ptrdiff_t all = p->frames * t->count;
    for (ptrdiff_t column = 0; column < columns; column += LANES) {
        float *block = (float *)words + column;
        vec top = splat(-3e38f);
        for (ptrdiff_t frame = 0; frame < p->frames; frame++) {
            const uint8_t *hidden = p->hidden ? p->hidden[frame] : NULL;
            for (ptrdiff_t token = 0; token < t->count; token++) {
                const ptrdiff_t key = frame * t->count + token;
                const float *scores = p->scores + key * stride + p->first_query + column;
                vec score = load(scores);
                for (ptrdiff_t part = 1; part < p->parts; part++) score += load(scores + part * p->part_stride);
                score = hidden && hidden[token] ? splat(-1e9f) : score * p->scale;
                top = larger(score, top);
                store(block + key * inpaintd_blended_queries, score);
            }
        }
        vec sum = splat(0);
        if (!pairs) {
            for (ptrdiff_t key = 0; key < all; key++) {
                const vec weight = exponential(load(block + key * inpaintd_blended_queries) - top);
                sum += weight;
                store(block + key * inpaintd_blended_queries, weight);
            }
        } else {
            // The words of a key stand at or before its score.
            uint32_t *target = words + column;
            for (ptrdiff_t frame = 0; frame < p->frames; frame++) {
                for (ptrdiff_t token = 0; token < t->count; token += 2) {
                    const float *source = block + (frame * t->count + token) * inpaintd_blended_queries;
                    const vecw low = round_upper(exponential(load(source) - top));
                    vecw high = {0};
                    if (token + 1 < t->count) high = round_upper(exponential(load(source + inpaintd_blended_queries) - top));
                    sum += (vec)low + (vec)high;
                    store_words(target, low >> 16 | high);
                    target += inpaintd_blended_queries;
                }
            }
        }
        store(shares + column, 1 / sum);
    }
}
