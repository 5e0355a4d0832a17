#include "windows.h"

#include <string.h>

/// One row of the window at column `x` of the map, which may lie beside it on either side.
static void window_row(const inpaintd_window *w, const float *row, ptrdiff_t x, float *output) {
    const ptrdiff_t channels = w->channels;
    const size_t pixel = (size_t)channels * sizeof(float);
    if (w->dilation == 1 && x >= 0 && x + w->kernel <= w->width) {
        memcpy(output, row + x * channels, (size_t)w->kernel * pixel);
        return;
    }
    for (ptrdiff_t kx = 0; kx < w->kernel; kx++) {
        const ptrdiff_t source = x + kx * w->dilation;
        if (source >= 0 && source < w->width) {
            memcpy(output + kx * channels, row + source * channels, pixel);
        } else {
            memset(output + kx * channels, 0, pixel);
        }
    }
}

void inpaintd_window_rows(
    const inpaintd_window *w, const float *map, ptrdiff_t first, ptrdiff_t count, float *rows) {
    const ptrdiff_t run = w->kernel * w->channels;
    ptrdiff_t y = 0, x = 0;
    if (count > 0) {
        y = first / w->output_width;
        x = first % w->output_width;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        for (ptrdiff_t ky = 0; ky < w->kernel; ky++) {
            const ptrdiff_t source = y * w->stride + ky * w->dilation - w->padding;
            if (source >= 0 && source < w->height) {
                window_row(w, map + source * w->width * w->channels, x * w->stride - w->padding, rows);
            } else {
                memset(rows, 0, (size_t)run * sizeof(float));
            }
            rows += run;
        }
        if (++x == w->output_width) {
            x = 0;
            y++;
        }
    }
}
