#include "CKernels.h"

#include <math.h>
#include <string.h>

/// One row of the map as one column of the kernel sees it: zeros, the map's values at `stride`, zeros.
static void window_row(const inpaintd_window *w, const float *row, ptrdiff_t offset, float *output) {
    const ptrdiff_t stride = w->stride;
    // The first and the last-but-one output column whose sample offset + x · stride lies on the map.
    ptrdiff_t begin = offset < 0 ? (-offset + stride - 1) / stride : 0;
    ptrdiff_t end = offset < w->width ? (w->width - 1 - offset) / stride + 1 : 0;
    if (end > w->output_width) end = w->output_width;
    if (begin > end) begin = end;

    memset(output, 0, (size_t)begin * sizeof(float));
    if (stride == 1) {
        if (end > begin) memcpy(output + begin, row + offset + begin, (size_t)(end - begin) * sizeof(float));
    } else {
        for (ptrdiff_t x = begin; x < end; x++) output[x] = row[offset + x * stride];
    }
    memset(output + end, 0, (size_t)(w->output_width - end) * sizeof(float));
}

void inpaintd_window_columns(
    const inpaintd_window *w, const float *map, ptrdiff_t first_row, ptrdiff_t rows, float *columns) {
    for (ptrdiff_t channel = 0; channel < w->channels; channel++) {
        const float *plane = map + channel * w->height * w->width;
        for (ptrdiff_t ky = 0; ky < w->kernel; ky++) {
            for (ptrdiff_t kx = 0; kx < w->kernel; kx++) {
                const ptrdiff_t offset = kx * w->dilation - w->padding;
                for (ptrdiff_t y = first_row; y < first_row + rows; y++) {
                    const ptrdiff_t source = y * w->stride + ky * w->dilation - w->padding;
                    if (source >= 0 && source < w->height) {
                        window_row(w, plane + source * w->width, offset, columns);
                    } else {
                        memset(columns, 0, (size_t)w->output_width * sizeof(float));
                    }
                    columns += w->output_width;
                }
            }
        }
    }
}

void inpaintd_bias_leaky(float *values, ptrdiff_t count, float bias, float slope) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float x = values[i] + bias;
        values[i] = x > 0 ? x : slope * x;
    }
}

void inpaintd_bias_leaky_add(
    float *restrict values, const float *restrict residual, ptrdiff_t count, float bias, float slope) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float x = values[i] + bias;
        values[i] = residual[i] + (x > 0 ? x : slope * x);
    }
}

void inpaintd_bias_tanh(float *values, ptrdiff_t count, float bias) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = tanhf(values[i] + bias);
}
