#include "CKernels.h"

#include <string.h>

/// Partial results kept side by side, so that the compiler may put a loop's sum or maximum into vector lanes.
enum { lanes = 16 };

static const float hidden_score = -1e9f;

/// e^x for x ≤ 0, within 1 unit in the last place, and 0 below −87; branch-free, so that loops over it vectorise.
///
/// Source: Cody and Waite's reduction by ln 2 in two parts, and a degree-6 polynomial on ±ln 2 / 2 (Cephes, expf).
static inline float exponential(float x) {
    // Written so that NaN is clamped too: C leaves its conversion to an integer undefined.
    const float clamped = x > -87.0f ? x : -87.0f;
    // Adding 1.5 · 2^23 leaves the nearest whole number in the low bits of the sum.
    const float shifted = clamped * 1.44269504088896341f + 12582912.0f;
    const float whole = shifted - 12582912.0f;
    const float rest = (clamped - whole * 0.693359375f) - whole * -2.12194440e-4f;

    float p = 1.9875691500e-4f;
    p = p * rest + 1.3981999507e-3f;
    p = p * rest + 8.3334519073e-3f;
    p = p * rest + 4.1665795894e-2f;
    p = p * rest + 1.6666665459e-1f;
    p = p * rest + 5.0000001201e-1f;
    p = p * rest * rest + rest + 1.0f;

    const int32_t exponent = ((int32_t)whole + 127) << 23;
    float power;
    memcpy(&power, &exponent, sizeof power);
    return x > -87.0f ? p * power : 0.0f;
}

static float maximum(const float *values, ptrdiff_t count) {
    float partial[lanes];
    for (int lane = 0; lane < lanes; lane++) partial[lane] = values[0];
    ptrdiff_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            partial[lane] = values[i + lane] > partial[lane] ? values[i + lane] : partial[lane];
        }
    }
    float result = values[0];
    for (int lane = 0; lane < lanes; lane++) result = partial[lane] > result ? partial[lane] : result;
    for (; i < count; i++) result = values[i] > result ? values[i] : result;
    return result;
}

static float sum(const float *values, ptrdiff_t count) {
    float partial[lanes] = {0};
    ptrdiff_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (int lane = 0; lane < lanes; lane++) partial[lane] += values[i + lane];
    }
    float result = 0;
    for (int lane = 0; lane < lanes; lane++) result += partial[lane];
    for (; i < count; i++) result += values[i];
    return result;
}

void inpaintd_softmax_row(float *restrict scores, ptrdiff_t count, float scale, const uint8_t *restrict hidden) {
    if (count <= 0) return;
    for (ptrdiff_t i = 0; i < count; i++) scores[i] *= scale;
    if (hidden) {
        for (ptrdiff_t i = 0; i < count; i++) scores[i] = hidden[i] ? hidden_score : scores[i];
    }
    const float top = maximum(scores, count);
    for (ptrdiff_t i = 0; i < count; i++) scores[i] = exponential(scores[i] - top);
    const float share = 1 / sum(scores, count);
    for (ptrdiff_t i = 0; i < count; i++) scores[i] *= share;
}

/// Where row `y` of channel `channel` starts in the first token that it passes through.
static ptrdiff_t token_offset(const inpaintd_patches *p, ptrdiff_t channel, ptrdiff_t y) {
    const ptrdiff_t token_size = p->channels * p->patch_height * p->patch_width;
    const ptrdiff_t patch_row = y / p->patch_height;
    const ptrdiff_t row = y % p->patch_height;
    return patch_row * p->columns * token_size + (channel * p->patch_height + row) * p->patch_width;
}

void inpaintd_gather_patches(
    const inpaintd_patches *p, const float *map_rows, ptrdiff_t channel_stride, ptrdiff_t first_row, ptrdiff_t rows,
    float *tokens) {
    const ptrdiff_t token_size = p->channels * p->patch_height * p->patch_width;
    for (ptrdiff_t channel = 0; channel < p->channels; channel++) {
        const float *source = map_rows + channel * channel_stride;
        for (ptrdiff_t y = first_row; y < first_row + rows; y++) {
            float *target = tokens + token_offset(p, channel, y);
            for (ptrdiff_t column = 0; column < p->columns; column++) {
                memcpy(target, source, (size_t)p->patch_width * sizeof(float));
                target += token_size;
                source += p->patch_width;
            }
        }
    }
}

void inpaintd_scatter_patches(
    const inpaintd_patches *p, const float *tokens, ptrdiff_t channel_stride, ptrdiff_t first_row, ptrdiff_t rows,
    float *map_rows) {
    const ptrdiff_t token_size = p->channels * p->patch_height * p->patch_width;
    for (ptrdiff_t channel = 0; channel < p->channels; channel++) {
        float *target = map_rows + channel * channel_stride;
        for (ptrdiff_t y = first_row; y < first_row + rows; y++) {
            const float *source = tokens + token_offset(p, channel, y);
            for (ptrdiff_t column = 0; column < p->columns; column++) {
                memcpy(target, source, (size_t)p->patch_width * sizeof(float));
                source += token_size;
                target += p->patch_width;
            }
        }
    }
}
