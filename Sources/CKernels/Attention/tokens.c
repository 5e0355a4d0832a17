#include "tokens.h"

static ptrdiff_t rounded_up(ptrdiff_t value, ptrdiff_t step) {
    return (value + step - 1) / step * step;
}

inpaintd_tokens inpaintd_tokens_of(inpaintd_patches patches, int pairs) {
    inpaintd_tokens tokens = {.patches = patches, .pairs = pairs};
    tokens.count = patches.columns * patches.rows;
    tokens.size = rounded_up(token_values(&patches), inpaintd_token_group);
    const ptrdiff_t words = tokens.size / word_values(&tokens);
    // Long enough for a sum's end not to count, short enough for the first cache to hold what is read again and again.
    const ptrdiff_t longest = scored_by_dots(&tokens) ? 960 : 512;
    const ptrdiff_t slices = (words + longest - 1) / longest;
    tokens.slice = rounded_up((words + slices - 1) / slices, 16);
    tokens.slices = (words + tokens.slice - 1) / tokens.slice;
    return tokens;
}

ptrdiff_t inpaintd_key_words(const inpaintd_tokens *tokens) {
    return tokens->count * (tokens->size / word_values(tokens));
}

ptrdiff_t inpaintd_value_words(const inpaintd_tokens *tokens) {
    return inpaintd_key_words(tokens);
}

ptrdiff_t inpaintd_score_columns(const inpaintd_tokens *tokens) {
    return rounded_up(tokens->count, 16);
}

ptrdiff_t inpaintd_scoring_words(const inpaintd_tokens *tokens) {
    // A slice of the queries as the product reads it, and 16 rows of it before they are turned.
    return (rounded_up(at_most(tokens->count, inpaintd_scored_queries), 32) + 16) * tokens->slice;
}

ptrdiff_t inpaintd_blending_words(const inpaintd_tokens *tokens, ptrdiff_t frames) {
    return frames * tokens->count * inpaintd_blended_queries;
}
