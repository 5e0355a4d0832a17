#ifndef INPAINTD_PRODUCTS_H
#define INPAINTD_PRODUCTS_H

#include <stddef.h>
#include <stdint.h>

/// Columns of one panel of a packed matrix. The same at every level, so that packed weights fit any.
enum { inpaintd_panel_columns = 32 };

/// Columns are computed in whole groups of so many: channels are rounded up to it, the surplus being zero.
enum { inpaintd_column_group = 16 };

/// Floats of a packed [depth, columns] matrix: panels of [depth, 32], the last filled up with zeros.
ptrdiff_t inpaintd_packed_count(ptrdiff_t depth, ptrdiff_t columns);

/// Packs b, whose value at (k, n) is b[k · row_stride + n · column_stride].
void inpaintd_pack(
    const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride, ptrdiff_t depth, ptrdiff_t columns, float *packed);

/// Packs b in bfloat16: pairs of rows, [depth / 2, 32, 2] a panel. The depth is even; a packed matrix has as many values
/// as one of floats.
void inpaintd_pack_bf16(
    const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride, ptrdiff_t depth, ptrdiff_t columns,
    uint16_t *packed);

/// One matrix product with a packed right side, and what follows it in the same pass:
/// c = leaky(a · b + bias) + residual, where leaky(x) is x for x > 0 and slope · x elsewhere.
///
/// Shapes: a [rows, depth], b [depth, columns] packed, c and residual [rows, columns], bias [columns].
/// `columns` is a multiple of 16.
typedef struct {
    const float *a;
    ptrdiff_t a_stride;
    const float *b;
    float *c;
    ptrdiff_t c_stride;
    ptrdiff_t rows;
    ptrdiff_t depth;
    ptrdiff_t columns;
    /// NULL adds nothing.
    const float *bias;
    /// NULL adds nothing; may be c itself.
    const float *residual;
    ptrdiff_t residual_stride;
    /// 1 is no activation.
    float slope;
} inpaintd_product;

/// The same with bfloat16 on both sides. The depth and `a_stride` are even.
typedef struct {
    const uint16_t *a;
    ptrdiff_t a_stride;
    const uint16_t *b;
    float *c;
    ptrdiff_t c_stride;
    ptrdiff_t rows;
    ptrdiff_t depth;
    ptrdiff_t columns;
    const float *bias;
    const float *residual;
    ptrdiff_t residual_stride;
    float slope;
} inpaintd_bf16_product;

#endif
