#include "CKernels.h"

void inpaintd_planes_from_rgb(
    const uint8_t *restrict rgb, const uint8_t *restrict hole, ptrdiff_t count, float *restrict planes) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float visible = hole[i] ? 0.0f : 1.0f;
        for (ptrdiff_t channel = 0; channel < 3; channel++) {
            planes[channel * count + i] = ((float)rgb[3 * i + channel] / 255 * 2 - 1) * visible;
        }
    }
}

/// Between 0 and 255, and 0 for what is no number: C leaves the conversion of anything else to bytes undefined.
static inline float clamp_level(float level) {
    level = level > 0 ? level : 0;
    return level < 255 ? level : 255;
}

void inpaintd_blend_levels(const float *restrict planes, ptrdiff_t count, int first, float *restrict levels) {
    for (ptrdiff_t i = 0; i < count; i++) {
        for (ptrdiff_t channel = 0; channel < 3; channel++) {
            const float level = (float)(int32_t)clamp_level((planes[channel * count + i] + 1) / 2 * 255);
            float *target = &levels[3 * i + channel];
            *target = first ? level : *target * 0.5f + level * 0.5f;
        }
    }
}

void inpaintd_bytes_from_levels(const float *restrict levels, ptrdiff_t count, uint8_t *restrict bytes) {
    for (ptrdiff_t i = 0; i < count; i++) bytes[i] = (uint8_t)(int32_t)clamp_level(levels[i]);
}

void inpaintd_multiply_visible(
    const float *restrict values, const float *restrict mask, ptrdiff_t count, float *restrict output) {
    for (ptrdiff_t i = 0; i < count; i++) output[i] = values[i] * (1 - mask[i]);
}
