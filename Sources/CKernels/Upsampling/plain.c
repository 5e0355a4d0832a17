#include "../Levels/plain.h"

void inpaintd_aligned_taps(
    ptrdiff_t size, ptrdiff_t resized, ptrdiff_t first, ptrdiff_t count, ptrdiff_t origin, inpaintd_tap *taps) {
    // In single precision, as PyTorch computes it: the fractions decide the last bits of every output.
    const float scale = resized > 1 ? (float)(size - 1) / (float)(resized - 1) : 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        const float position = scale * (float)(first + i);
        int32_t left = (int32_t)position;
        if (left > size - 1) left = (int32_t)(size - 1);
        taps[i].fraction = position - (float)left;
        taps[i].left = left - (int32_t)origin;
        taps[i].right = taps[i].left + (left < size - 1);
    }
}

void inpaintd_plain_resize_row(const inpaintd_resized_row *p) {
    const float *top = p->map + p->row_tap.left * p->width * p->channels;
    const float *bottom = p->map + p->row_tap.right * p->width * p->channels;
    const float below = p->row_tap.fraction;
    for (ptrdiff_t x = 0; x < p->columns; x++) {
        const inpaintd_tap tap = p->column_taps[x];
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const ptrdiff_t left = tap.left * p->channels + c;
            const ptrdiff_t right = tap.right * p->channels + c;
            p->output[x * p->channels + c] = (1 - tap.fraction) * ((1 - below) * top[left] + below * bottom[left])
                + tap.fraction * ((1 - below) * top[right] + below * bottom[right]);
        }
    }
}
