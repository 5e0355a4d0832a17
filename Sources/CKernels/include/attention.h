#ifndef INPAINTD_ATTENTION_H
#define INPAINTD_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

// Attention over patches, its keys and values kept in the form that the products read.
//
// Everything kept is made of 32-bit words: a word is a float, or in pairs two bfloat16, the first in the low half.

/// Values of a token come in whole groups of so many, the last filled up with zeros.
enum { inpaintd_token_group = 32 };

/// How a head cuts a channels-last map into patches. A token is one patch: its rows, columns and channels, in this
/// order.
typedef struct {
    ptrdiff_t channels;
    ptrdiff_t patch_height;
    ptrdiff_t patch_width;
    /// Patches side by side in one row of patches.
    ptrdiff_t columns;
    /// Rows of patches.
    ptrdiff_t rows;
} inpaintd_patches;

/// One head's tokens of one frame, and how they are kept.
///
/// Keys are words [slices][N][slice], so that what a product reads at a time is contiguous.
/// Values are [D / 32][N][32] floats, or in pairs [D / 32][N / 2][32] words of two tokens each, and after these, where
/// N is odd, [16] words of the last token: value d and value d + 16.
typedef struct {
    inpaintd_patches patches;
    /// Whether words are two bfloat16.
    int pairs;
    /// N, the patches of a frame.
    ptrdiff_t count;
    /// D, the values of a token, rounded up to a multiple of 32.
    ptrdiff_t size;
    /// Words of a token's keys that lie side by side; the last slice may be shorter.
    ptrdiff_t slice;
    ptrdiff_t slices;
} inpaintd_tokens;

/// The tokens that `patches` cuts.
inpaintd_tokens inpaintd_tokens_of(inpaintd_patches patches, int pairs);

/// Words of one frame's keys.
ptrdiff_t inpaintd_key_words(const inpaintd_tokens *tokens);

/// Words of one frame's values.
ptrdiff_t inpaintd_value_words(const inpaintd_tokens *tokens);

/// The product of queries and keys has a row a key, and in it a column a query; columns are rounded up to 16.
ptrdiff_t inpaintd_score_columns(const inpaintd_tokens *tokens);

/// Makes the words of one frame's keys and values out of its map, values `first ..< last` of every token.
typedef struct {
    inpaintd_tokens tokens;
    /// The map's first value of the head's keys and of its values.
    const float *key_map;
    const float *value_map;
    /// Floats from pixel to pixel of the map.
    ptrdiff_t pixel_stride;
    /// Multiples of 32, or the token's end.
    ptrdiff_t first;
    ptrdiff_t last;
    uint32_t *keys;
    uint32_t *values;
} inpaintd_remembering;

/// Queries that are scored at a time at most, and what the first of them is a multiple of.
enum { inpaintd_scored_queries = 160, inpaintd_scored_step = 32 };

/// Scores some queries of a frame against the keys of several frames, over slices `first_slice ..< last_slice` of the
/// tokens: scores[key][query] = q · k, of those slices alone.
typedef struct {
    inpaintd_tokens tokens;
    /// The map's first value of the head's queries.
    const float *query_map;
    ptrdiff_t pixel_stride;
    /// Of each frame.
    const uint32_t *const *keys;
    ptrdiff_t frames;
    ptrdiff_t first_query;
    ptrdiff_t last_query;
    ptrdiff_t first_slice;
    ptrdiff_t last_slice;
    /// Room for `inpaintd_scoring_words`.
    uint32_t *scratch;
    /// Shapes: [frames × N, score columns], of which the queries' are written.
    float *scores;
} inpaintd_scoring;

/// Units: words.
ptrdiff_t inpaintd_scoring_words(const inpaintd_tokens *tokens);

/// Queries that are blended at a time at most; the first of them is a multiple of it.
enum { inpaintd_blended_queries = 48 };

/// Blends the values of several frames by the soft-max of some queries' scores, and puts what comes out, values
/// `first ..< last` of each token, in the queries' places of a map.
typedef struct {
    inpaintd_tokens tokens;
    /// Scores of all the frames' keys, in parts that are to be added up.
    const float *scores;
    ptrdiff_t parts;
    /// Floats from part to part.
    ptrdiff_t part_stride;
    /// What the scores are multiplied by.
    float scale;
    /// For each frame a byte a key, not 0 where no query may see it; NULL, or a NULL frame, hides none.
    ///
    /// A hidden key's score becomes the reference's −1e9, which is finite: a query whose every key is hidden blends
    /// them evenly.
    const uint8_t *const *hidden;
    /// Of each frame.
    const uint32_t *const *values;
    ptrdiff_t frames;
    ptrdiff_t first_query;
    ptrdiff_t last_query;
    /// Multiples of 32, or the token's end.
    ptrdiff_t first;
    ptrdiff_t last;
    /// Room for `inpaintd_blending_words`.
    uint32_t *scratch;
    /// The map's first value of the head.
    float *map;
    ptrdiff_t pixel_stride;
    /// Floats after the head's channels of each pixel that become 0.
    ptrdiff_t surplus;
} inpaintd_blending;

/// Units: words.
ptrdiff_t inpaintd_blending_words(const inpaintd_tokens *tokens, ptrdiff_t frames);

#endif
