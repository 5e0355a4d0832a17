#include "windows.h"

#include <string.h>

/// One row of the window at column `x` of the map, which may lie beside it on either side.
static inline __attribute__((always_inline)) void window_row(
    const inpaintd_window *w, ptrdiff_t channels, ptrdiff_t kernel, const float *row, ptrdiff_t x, float *output) {
    const size_t pixel = (size_t)channels * sizeof(float);
    if (w->dilation == 1 && x >= 0 && x + kernel <= w->width) {
        memcpy(output, row + x * channels, (size_t)kernel * pixel);
        return;
    }
    for (ptrdiff_t kx = 0; kx < kernel; kx++) {
        const ptrdiff_t source = x + kx * w->dilation;
        if (source >= 0 && source < w->width) {
            memcpy(output + kx * channels, row + source * channels, pixel);
        } else {
            memset(output + kx * channels, 0, pixel);
        }
    }
}

static inline __attribute__((always_inline)) void window_rows(
    const inpaintd_window *w, ptrdiff_t channels, ptrdiff_t kernel, const float *map, ptrdiff_t first, ptrdiff_t count,
    float *rows) {
    const ptrdiff_t run = kernel * channels;
    ptrdiff_t y = 0, x = 0;
    if (count > 0) {
        y = first / w->output_width;
        x = first % w->output_width;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        for (ptrdiff_t ky = 0; ky < kernel; ky++) {
            const ptrdiff_t source = y * w->stride + ky * w->dilation - w->padding;
            if (source >= 0 && source < w->height) {
                window_row(w, channels, kernel, map + source * w->width * channels, x * w->stride - w->padding, rows);
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

void inpaintd_window_rows(
    const inpaintd_window *w, const float *map, ptrdiff_t first, ptrdiff_t count, float *rows) {
    // A picture's runs are so short that copying them is mostly the call, unless the compiler knows their length.
    if (w->channels == 3 && w->kernel == 3) {
        window_rows(w, 3, 3, map, first, count, rows);
    } else {
        window_rows(w, w->channels, w->kernel, map, first, count, rows);
    }
}
