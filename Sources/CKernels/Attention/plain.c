#include "../Levels/plain.h"

#include <math.h>

#include "tokens.h"

/// Value `half` of a word.
static float read_word(uint32_t word, int pairs, ptrdiff_t half) {
    float x;
    memcpy(&x, &word, sizeof x);
    return pairs ? float_of_bfloat16(word >> 16 * half & 0xFFFF) : x;
}

static void write_word(uint32_t *word, int pairs, ptrdiff_t half, float x) {
    if (pairs) {
        *word = (*word & 0xFFFFu << 16 * (1 - half)) | bfloat16_bits(x) << 16 * half;
    } else {
        memcpy(word, &x, sizeof x);
    }
}

/// A value of a token as the map has it, and 0 after the last.
static float map_value(const inpaintd_tokens *t, const float *map, ptrdiff_t stride, ptrdiff_t token, ptrdiff_t value) {
    return value < token_values(&t->patches) ? map[place_of(&t->patches, stride, token, value).offset] : 0;
}

/// Where a key's value stands: its word, and which half of it.
static ptrdiff_t key_word(const inpaintd_tokens *t, ptrdiff_t token, ptrdiff_t value, ptrdiff_t *half) {
    const ptrdiff_t word = value / word_values(t);
    const ptrdiff_t slice = word / t->slice;
    *half = value % word_values(t);
    return slice * t->slice * t->count + token * slice_words(t, slice) + word % t->slice;
}

/// Where a value of a token stands: its word, and which half of it.
static ptrdiff_t value_word(const inpaintd_tokens *t, ptrdiff_t token, ptrdiff_t value, ptrdiff_t *half) {
    const ptrdiff_t panel = value / inpaintd_token_group * panel_words(t);
    const ptrdiff_t column = value % inpaintd_token_group;
    *half = 0;
    if (!t->pairs) return panel + token * inpaintd_token_group + column;
    const ptrdiff_t row = panel + token / 2 * inpaintd_token_group;
    if (token % 2 == 0 && token + 1 == t->count) {
        *half = column / 16;
        return row + column % 16;
    }
    *half = token % 2;
    return row + column;
}

void inpaintd_plain_remember(const inpaintd_remembering *p) {
    const inpaintd_tokens *t = &p->tokens;
    for (ptrdiff_t token = 0; token < t->count; token++) {
        for (ptrdiff_t value = p->first; value < p->last; value++) {
            ptrdiff_t half;
            uint32_t *word = p->keys + key_word(t, token, value, &half);
            write_word(word, t->pairs, half, map_value(t, p->key_map, p->pixel_stride, token, value));
            word = p->values + value_word(t, token, value, &half);
            write_word(word, t->pairs, half, map_value(t, p->value_map, p->pixel_stride, token, value));
        }
    }
}

void inpaintd_plain_score(const inpaintd_scoring *p) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t columns = inpaintd_score_columns(t);
    const ptrdiff_t first = p->first_slice * t->slice * word_values(t);
    const ptrdiff_t last = at_most(p->last_slice * t->slice * word_values(t), t->size);
    for (ptrdiff_t key = 0; key < p->frames * t->count; key++) {
        for (ptrdiff_t query = p->first_query; query < p->last_query; query++) {
            float sum = 0;
            for (ptrdiff_t value = first; value < last; value++) {
                ptrdiff_t half;
                const ptrdiff_t word = key_word(t, key % t->count, value, &half);
                const float q = map_value(t, p->query_map, p->pixel_stride, query, value);
                sum += (t->pairs ? float_of_bfloat16(bfloat16_bits(q)) : q)
                    * read_word(p->keys[key / t->count][word], t->pairs, half);
            }
            p->scores[key * columns + query] = sum;
        }
    }
}

void inpaintd_plain_blend(const inpaintd_blending *p) {
    const inpaintd_tokens *t = &p->tokens;
    const ptrdiff_t keys = p->frames * t->count;
    float *weights = (float *)p->scratch;
    for (ptrdiff_t query = p->first_query; query < p->last_query; query++) {
        float top = -INFINITY;
        for (ptrdiff_t key = 0; key < keys; key++) {
            const float *score = p->scores + key * inpaintd_score_columns(t) + query;
            float sum = 0;
            for (ptrdiff_t part = 0; part < p->parts; part++) sum += score[part * p->part_stride];
            const uint8_t *hidden = p->hidden ? p->hidden[key / t->count] : NULL;
            weights[key] = hidden && hidden[key % t->count] ? -1e9f : sum * p->scale;
            top = weights[key] > top ? weights[key] : top;
        }
        float sum = 0;
        for (ptrdiff_t key = 0; key < keys; key++) {
            const float weight = expf(weights[key] - top);
            weights[key] = t->pairs ? float_of_bfloat16(bfloat16_bits(weight)) : weight;
            sum += weights[key];
        }
        for (ptrdiff_t value = p->first; value < at_most(p->last, token_values(&t->patches)); value++) {
            float blend = 0;
            for (ptrdiff_t key = 0; key < keys; key++) {
                ptrdiff_t half;
                const ptrdiff_t word = value_word(t, key % t->count, value, &half);
                blend += weights[key] * read_word(p->values[key / t->count][word], t->pairs, half);
            }
            const inpaintd_place place = place_of(&t->patches, p->pixel_stride, query, value);
            p->map[place.offset] = blend / sum;
            if (place.channel + 1 < t->patches.channels) continue;
            for (ptrdiff_t i = 0; i < p->surplus; i++) p->map[place.offset + 1 + i] = 0;
        }
    }
}
