#include "../Levels/plain.h"

#include <string.h>

ptrdiff_t inpaintd_packed_count(ptrdiff_t depth, ptrdiff_t columns) {
    return (columns + inpaintd_panel_columns - 1) / inpaintd_panel_columns * inpaintd_panel_columns * depth;
}

/// Where column `n` of a packed matrix starts; its rows are 32 values apart.
static ptrdiff_t packed_column(ptrdiff_t n, ptrdiff_t depth) {
    return n / inpaintd_panel_columns * inpaintd_panel_columns * depth + n % inpaintd_panel_columns;
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

void inpaintd_plain_multiply(const inpaintd_product *p) {
    for (ptrdiff_t m = 0; m < p->rows; m++) {
        for (ptrdiff_t n = 0; n < p->columns; n++) {
            const float *a = p->a + m * p->a_stride;
            const float *b = p->b + packed_column(n, p->depth);
            float sum = 0;
            for (ptrdiff_t k = 0; k < p->depth; k++) sum += a[k] * b[k * inpaintd_panel_columns];
            if (p->bias) sum += p->bias[n];
            if (!(sum > 0)) sum *= p->slope;
            if (p->residual) sum += p->residual[m * p->residual_stride + n];
            p->c[m * p->c_stride + n] = sum;
        }
    }
}
