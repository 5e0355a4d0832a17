#include "CKernels.h"

void inpaintd_aligned_taps(ptrdiff_t size, ptrdiff_t resized, inpaintd_tap *taps) {
    // In single precision, as PyTorch computes it: the fractions decide the last bits of every output.
    const float scale = resized > 1 ? (float)(size - 1) / (float)(resized - 1) : 0;
    for (ptrdiff_t i = 0; i < resized; i++) {
        const float position = scale * (float)i;
        int32_t left = (int32_t)position;
        if (left > size - 1) left = (int32_t)(size - 1);
        taps[i].left = left;
        taps[i].right = left + (left < size - 1);
        taps[i].fraction = position - (float)left;
    }
}

void inpaintd_resize_plane(
    const float *plane, ptrdiff_t width, const inpaintd_tap *row_taps, ptrdiff_t resized_height,
    const inpaintd_tap *column_taps, ptrdiff_t resized_width, float *restrict row, float *restrict output) {
    for (ptrdiff_t y = 0; y < resized_height; y++) {
        const float *top = plane + row_taps[y].left * width;
        const float *bottom = plane + row_taps[y].right * width;
        const float below = row_taps[y].fraction;
        // Rows first: this half runs over neighbouring values, and leaves one short row for the half that does not.
        for (ptrdiff_t x = 0; x < width; x++) row[x] = (1 - below) * top[x] + below * bottom[x];
        for (ptrdiff_t x = 0; x < resized_width; x++) {
            const inpaintd_tap tap = column_taps[x];
            output[x] = (1 - tap.fraction) * row[tap.left] + tap.fraction * row[tap.right];
        }
        output += resized_width;
    }
}
