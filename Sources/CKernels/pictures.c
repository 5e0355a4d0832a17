#include "CKernels.h"

void inpaintd_values_from_rgb(
    const uint8_t *restrict rgb, const uint8_t *restrict hole, ptrdiff_t count, float *restrict values) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float visible = hole[i] ? 0.0f : 1.0f;
        for (ptrdiff_t channel = 0; channel < 3; channel++) {
            values[3 * i + channel] = ((float)rgb[3 * i + channel] / 255 * 2 - 1) * visible;
        }
    }
}

/// Between 0 and 255, and 0 for what is no number: C leaves the conversion of anything else to bytes undefined.
static inline float clamp_level(float level) {
    level = level > 0 ? level : 0;
    return level < 255 ? level : 255;
}

void inpaintd_blend_levels(const float *restrict values, ptrdiff_t count, int first, float *restrict levels) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float level = (float)(int32_t)clamp_level((values[i] + 1) / 2 * 255);
        levels[i] = first ? level : levels[i] * 0.5f + level * 0.5f;
    }
}

void inpaintd_bytes_from_levels(const float *restrict levels, ptrdiff_t count, uint8_t *restrict bytes) {
    for (ptrdiff_t i = 0; i < count; i++) bytes[i] = (uint8_t)(int32_t)clamp_level(levels[i]);
}

void inpaintd_interleave_visible(
    const float *restrict planes, const float *restrict mask, ptrdiff_t count, float *restrict values) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float visible = 1 - mask[i];
        for (ptrdiff_t channel = 0; channel < 3; channel++) {
            values[3 * i + channel] = planes[channel * count + i] * visible;
        }
    }
}

void inpaintd_separate(const float *restrict values, ptrdiff_t count, float *restrict planes) {
    for (ptrdiff_t i = 0; i < count; i++) {
        for (ptrdiff_t channel = 0; channel < 3; channel++) planes[channel * count + i] = values[3 * i + channel];
    }
}
