// From the map to the words of keys and values; the definition is plain.c's.

enum {
    /// Tokens whose values are taken along at a time; an even number.
    remembered_tokens = 64,
};

INLINE void remember_keys(const inpaintd_remembering *p, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t slice_values = t->slice * word_values(t);
    for (ptrdiff_t token = 0; token < t->count; token++) {
        for (ptrdiff_t value = p->first, next; value < p->last; value = next) {
            const ptrdiff_t slice = value / slice_values;
            next = at_most((slice + 1) * slice_values, p->last);
            uint32_t *words = p->keys + slice * t->slice * t->count + token * slice_words(t, slice)
                + (value - slice * slice_values) / word_values(t);
            gather_words(t, p->key_map, p->pixel_stride, token, value, next, words, pairs);
        }
    }
}

/// Pairs up what two tokens have from two places on.
INLINE void pair_values(uint32_t *words, const float *low, const float *high, ptrdiff_t count) {
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) store_words(words + i, pair_up(load(low + i), load(high + i)));
    for (; i < count; i++) words[i] = bfloat16_bits(low[i]) | bfloat16_bits(high[i]) << 16;
}

/// Up to 32 values, from `place` of the first token on, of the tokens that are `low` and `high` floats further; zeros
/// after them. Where there are no pairs, only `low` counts.
INLINE void remember_row(
    const float *map, inpaintd_place place, ptrdiff_t low, ptrdiff_t high, ptrdiff_t count, uint32_t *words,
    const int pairs) {
    for (ptrdiff_t value = 0, run; value < count; value += run) {
        run = run_at(&place, count - value);
        const float *source = map + place.offset;
        if (pairs) {
            pair_values(words + value, source + low, source + high, run);
        } else {
            copy_values(words + value, source + low, run, 0);
        }
        advance(&place, run);
    }
    for (ptrdiff_t value = count; value < inpaintd_token_group; value++) memset(words + value, 0, sizeof *words);
}

/// The values of some tokens, 32 of each after the other, so that what is written is contiguous.
INLINE void remember_values(const inpaintd_remembering *p, ptrdiff_t first, ptrdiff_t count, const int pairs) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t end = at_most(p->last, token_values(&t->patches));
    ptrdiff_t tokens[remembered_tokens];
    for (ptrdiff_t i = 0; i < count; i++) tokens[i] = token_offset(&t->patches, p->pixel_stride, first + i);
    inpaintd_place place = place_of(&t->patches, p->pixel_stride, 0, p->first);
    for (ptrdiff_t value = p->first; value < p->last; value += inpaintd_token_group) {
        const ptrdiff_t values = at_most(inpaintd_token_group, end - value);
        uint32_t *words = p->values + value / inpaintd_token_group * panel_words(t)
            + (pairs ? first / 2 : first) * inpaintd_token_group;
        ptrdiff_t i = 0;
        for (; i + (pairs ? 2 : 1) <= count; i += pairs ? 2 : 1) {
            remember_row(p->value_map, place, tokens[i], pairs ? tokens[i + 1] : 0, values, words, pairs);
            words += inpaintd_token_group;
        }
        if (i < count) {
            // The token that has no other to pair up with pairs up its own two halves.
            float row[inpaintd_token_group];
            remember_row(p->value_map, place, tokens[i], 0, values, (uint32_t *)row, 0);
            pair_values(words, row, row + 16, 16);
        }
        advance_by(&place, values);
    }
}

INLINE void remember_words(const inpaintd_remembering *p, const int pairs) {
    remember_keys(p, pairs);
    for (ptrdiff_t token = 0; token < p->tokens.count; token += remembered_tokens) {
        remember_values(p, token, at_most(remembered_tokens, p->tokens.count - token), pairs);
    }
}

static void remember(const inpaintd_remembering *p) {
    if (p->tokens.pairs) {
        remember_words(p, 1);
    } else {
        remember_words(p, 0);
    }
}
