#ifndef INPAINTD_TOKENS_H
#define INPAINTD_TOKENS_H

#include "../Levels/bfloat16.h"
#include "attention.h"

#include <string.h>

static inline ptrdiff_t at_most(ptrdiff_t a, ptrdiff_t b) {
    return a < b ? a : b;
}

/// D as the map has it, before it is rounded up.
static inline ptrdiff_t token_values(const inpaintd_patches *p) {
    return p->patch_height * p->patch_width * p->channels;
}

/// Values that a word holds.
static inline ptrdiff_t word_values(const inpaintd_tokens *t) {
    return t->pairs ? 2 : 1;
}

/// Words of slice `slice` of one token.
static inline ptrdiff_t slice_words(const inpaintd_tokens *t, ptrdiff_t slice) {
    return at_most(t->slice, t->size / word_values(t) - slice * t->slice);
}

/// Words that hold 32 of the values of all tokens; where tokens pair up, an odd one's row is half as long.
static inline ptrdiff_t panel_words(const inpaintd_tokens *t) {
    return t->pairs ? t->count * (inpaintd_token_group / 2) : t->count * inpaintd_token_group;
}

/// Whether queries are too few to fill vectors, so that sums run over vectors of a token instead.
static inline int scored_by_dots(const inpaintd_tokens *t) {
    return t->count < 48;
}

/// A place in a token and where it lies in the map: goes through the token's values in order, a run of channels of
/// one pixel at a time.
typedef struct {
    const inpaintd_patches *patches;
    ptrdiff_t pixel_stride;
    /// From the map's first value to this one.
    ptrdiff_t offset;
    ptrdiff_t x;
    ptrdiff_t channel;
} inpaintd_place;

static inline inpaintd_place place_of(
    const inpaintd_patches *p, ptrdiff_t pixel_stride, ptrdiff_t token, ptrdiff_t value) {
    const ptrdiff_t channel = value % p->channels;
    const ptrdiff_t pixel = value / p->channels;
    const ptrdiff_t x = pixel % p->patch_width;
    const ptrdiff_t row = token / p->columns * p->patch_height + pixel / p->patch_width;
    const ptrdiff_t column = token % p->columns * p->patch_width + x;
    return (inpaintd_place){
        p, pixel_stride, (row * p->columns * p->patch_width + column) * pixel_stride + channel, x, channel};
}

/// Values that follow one another in the map from here on, at most `limit`.
static inline ptrdiff_t run_at(const inpaintd_place *place, ptrdiff_t limit) {
    return at_most(place->patches->channels - place->channel, limit);
}

/// Goes on by a run or a part of one.
static inline void advance(inpaintd_place *place, ptrdiff_t run) {
    const inpaintd_patches *p = place->patches;
    place->channel += run;
    place->offset += run;
    if (place->channel < p->channels) return;
    place->channel = 0;
    place->x++;
    place->offset += place->pixel_stride - p->channels;
    if (place->x < p->patch_width) return;
    place->x = 0;
    place->offset += (p->columns - 1) * p->patch_width * place->pixel_stride;
}

/// Goes on by any number of values.
static inline void advance_by(inpaintd_place *place, ptrdiff_t count) {
    for (ptrdiff_t run; count > 0; count -= run) {
        run = run_at(place, count);
        advance(place, run);
    }
}

/// From the map's place of a value in the first token to that in another.
static inline ptrdiff_t token_offset(const inpaintd_patches *p, ptrdiff_t pixel_stride, ptrdiff_t token) {
    return place_of(p, pixel_stride, token, 0).offset;
}

#endif
