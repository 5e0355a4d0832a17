// From the map to the words of keys and values; the definition is plain.c's.

/// The values of one token, one word a value.
INLINE void remember_floats(const inpaintd_remembering *p, ptrdiff_t token) {
    const inpaintd_tokens *t = &p->tokens;
    for (ptrdiff_t value = p->first; value < p->last; value += inpaintd_token_group) {
        gather_words(
            t, p->value_map, p->pixel_stride, token, value, value + inpaintd_token_group,
            p->values + value / inpaintd_token_group * panel_words(t) + token * inpaintd_token_group, 0);
    }
}

/// The values of two tokens, one word for a value of both.
INLINE void remember_pair(const inpaintd_remembering *p, ptrdiff_t token) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t end = at_most(p->last, token_values(&t->patches));
    inpaintd_place place = place_of(&t->patches, p->pixel_stride, token, p->first);
    const ptrdiff_t second = place_of(&t->patches, p->pixel_stride, token + 1, p->first).offset - place.offset;
    for (ptrdiff_t value = p->first, run; value < p->last; value += run) {
        const ptrdiff_t column = value % inpaintd_token_group;
        uint32_t *target =
            p->values + value / inpaintd_token_group * panel_words(t) + token / 2 * inpaintd_token_group + column;
        if (value >= end) {
            run = p->last - value;
            memset(target, 0, (size_t)run * sizeof *target);
            break;
        }
        run = run_at(&place, at_most(inpaintd_token_group - column, end - value));
        const float *low = p->value_map + place.offset;
        const float *high = low + second;
        ptrdiff_t i = 0;
        for (; i + LANES <= run; i += LANES) store_words(target + i, pair_up(load(low + i), load(high + i)));
        for (; i < run; i++) target[i] = bfloat16_bits(low[i]) | bfloat16_bits(high[i]) << 16;
        advance(&place, run);
    }
}

/// The values of the token that has no other to pair up with, two values a word.
INLINE void remember_single(const inpaintd_remembering *p, ptrdiff_t token) {
    const inpaintd_tokens *t = &p->tokens;
    float group[inpaintd_token_group];
    for (ptrdiff_t value = p->first; value < p->last; value += inpaintd_token_group) {
        gather_words(
            t, p->value_map, p->pixel_stride, token, value, value + inpaintd_token_group, (uint32_t *)group, 0);
        uint32_t *target =
            p->values + value / inpaintd_token_group * panel_words(t) + token / 2 * inpaintd_token_group;
        for (ptrdiff_t i = 0; i < 16; i += LANES) {
            store_words(target + i, pair_up(load(group + i), load(group + 16 + i)));
        }
    }
}

INLINE void remember_words(const inpaintd_remembering *p, const int pairs) {
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
    for (ptrdiff_t token = 0; token < t->count; token += pairs ? 2 : 1) {
        if (!pairs) {
            remember_floats(p, token);
        } else if (token + 1 < t->count) {
            remember_pair(p, token);
        } else {
            remember_single(p, token);
        }
    }
}

static void remember(const inpaintd_remembering *p) {
    if (p->tokens.pairs) {
        remember_words(p, 1);
    } else {
        remember_words(p, 0);
    }
}
