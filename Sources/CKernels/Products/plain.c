#include "../Levels/plain.h"

#include "../Levels/bfloat16.h"

#include <math.h>

ptrdiff_t inpaintd_packed_count(ptrdiff_t depth, ptrdiff_t columns) {
    return (columns + inpaintd_panel_columns - 1) / inpaintd_panel_columns * inpaintd_panel_columns * depth;
}

/// Where column `n` of a packed matrix starts; its rows are 32 values apart.
static ptrdiff_t packed_column(ptrdiff_t n, ptrdiff_t depth) {
    return n / inpaintd_panel_columns * inpaintd_panel_columns * depth + n % inpaintd_panel_columns;
}

/// Where the value at (k, n) of a matrix packed in pairs is.
static ptrdiff_t paired_place(ptrdiff_t k, ptrdiff_t n, ptrdiff_t depth) {
    const ptrdiff_t panel = n / inpaintd_panel_columns * inpaintd_panel_columns;
    return panel * depth + (k / 2 * inpaintd_panel_columns + (n - panel)) * 2 + k % 2;
}

void inpaintd_pack(
    const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride, ptrdiff_t depth, ptrdiff_t columns, float *packed) {
    const ptrdiff_t all = inpaintd_packed_count(1, columns);
    for (ptrdiff_t n = 0; n < all; n++) {
        float *column = packed + packed_column(n, depth);
        for (ptrdiff_t k = 0; k < depth; k++) {
            column[k * inpaintd_panel_columns] = n < columns ? b[k * row_stride + n * column_stride] : 0;
        }
    }
}

void inpaintd_pack_bf16(
    const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride, ptrdiff_t depth, ptrdiff_t columns,
    uint16_t *packed) {
    const ptrdiff_t all = inpaintd_packed_count(1, columns);
    for (ptrdiff_t n = 0; n < all; n++) {
        for (ptrdiff_t k = 0; k < depth; k++) {
            const float value = n < columns ? b[k * row_stride + n * column_stride] : 0;
            packed[paired_place(k, n, depth)] = (uint16_t)bfloat16_bits(value);
        }
    }
}

static float epilogue(
    float sum, const float *bias, float slope, const float *residual, ptrdiff_t residual_place, ptrdiff_t n) {
    if (bias) sum += bias[n];
    if (!(sum > 0)) sum *= slope;
    return residual ? sum + residual[residual_place] : sum;
}

void inpaintd_plain_multiply(const inpaintd_product *p) {
    for (ptrdiff_t m = 0; m < p->rows; m++) {
        for (ptrdiff_t n = 0; n < p->columns; n++) {
            const float *a = p->a + m * p->a_stride;
            const float *b = p->b + packed_column(n, p->depth);
            float sum = 0;
            for (ptrdiff_t k = 0; k < p->depth; k++) sum += a[k] * b[k * inpaintd_panel_columns];
            p->c[m * p->c_stride + n] =
                epilogue(sum, p->bias, p->slope, p->residual, m * p->residual_stride + n, n);
        }
    }
}

void inpaintd_plain_multiply_bf16(const inpaintd_bf16_product *p) {
    for (ptrdiff_t m = 0; m < p->rows; m++) {
        for (ptrdiff_t n = 0; n < p->columns; n++) {
            const uint16_t *a = p->a + m * p->a_stride;
            float sum = 0;
            for (ptrdiff_t k = 0; k < p->depth; k++) {
                sum += float_of_bfloat16(a[k]) * float_of_bfloat16(p->b[paired_place(k, n, p->depth)]);
            }
            p->c[m * p->c_stride + n] =
                epilogue(sum, p->bias, p->slope, p->residual, m * p->residual_stride + n, n);
        }
    }
}

void inpaintd_plain_narrow(const float *values, ptrdiff_t count, uint16_t *narrowed) {
    for (ptrdiff_t i = 0; i < count; i++) narrowed[i] = (uint16_t)bfloat16_bits(values[i]);
}

void inpaintd_plain_picture(const inpaintd_picture *p) {
    const inpaintd_window *w = &p->window;
    for (ptrdiff_t i = 0; i < p->rows * w->output_width * inpaintd_picture_channels; i++) {
        const ptrdiff_t o = i % inpaintd_picture_channels;
        const ptrdiff_t place = i / inpaintd_picture_channels;
        const ptrdiff_t y = p->first_row + place / w->output_width, x = place % w->output_width;
        float sum = 0;
        for (ptrdiff_t tap = 0; tap < w->kernel * w->kernel; tap++) {
            const ptrdiff_t row = y * w->stride + tap / w->kernel * w->dilation - w->padding;
            const ptrdiff_t column = x * w->stride + tap % w->kernel * w->dilation - w->padding;
            if (row < 0 || row >= w->height || column < 0 || column >= w->width) continue;
            const float *pixel = p->map + (row * w->width + column) * w->channels;
            const float *weights =
                p->weights + ((tap / w->kernel * inpaintd_picture_channels + o) * w->kernel + tap % w->kernel) * w->channels;
            for (ptrdiff_t c = 0; c < w->channels; c++) sum += pixel[c] * weights[c];
        }
        p->picture[i] = epilogue(sum, p->bias, p->slope, NULL, 0, o);
    }
}

void inpaintd_plain_tanh(float *values, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = tanhf(values[i]);
}

double inpaintd_plain_peak(ptrdiff_t rounds, float seed) {
    float sums[8] = {0};
    for (ptrdiff_t round = 0; round < rounds; round++) {
        for (int i = 0; i < 8; i++) sums[i] += seed * sums[i];
    }
    volatile float sink = sums[0];
    for (int i = 1; i < 8; i++) sink = sums[i];
    (void)sink;
    return 16.0 * (double)rounds;
}
