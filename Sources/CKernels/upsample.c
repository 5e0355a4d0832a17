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

void inpaintd_resize_row(
    const float *map, ptrdiff_t width, ptrdiff_t channels, inpaintd_tap row, const inpaintd_tap *columns,
    ptrdiff_t count, float *restrict output) {
    const float *top = map + row.left * width * channels;
    const float *bottom = map + row.right * width * channels;
    const float below = row.fraction;
    for (ptrdiff_t x = 0; x < count; x++) {
        const ptrdiff_t left = columns[x].left * channels;
        const ptrdiff_t right = columns[x].right * channels;
        const float fraction = columns[x].fraction;
        for (ptrdiff_t c = 0; c < channels; c++) {
            const float a = (1 - below) * top[left + c] + below * bottom[left + c];
            const float b = (1 - below) * top[right + c] + below * bottom[right + c];
            output[x * channels + c] = (1 - fraction) * a + fraction * b;
        }
    }
}
