// The product with a packed right side; its definition is plain.c's.

enum {
    /// Columns of c that are in registers at a time.
    tile_columns = 2 * LANES,
    /// Depth of a slice of b that stays in the first cache while rows of a pass by.
    slice_depth = 256,
};

/// A tile of c: `rows` × 2 vectors, over one slice of the depth.
///
/// `first` starts the sums, else they go on from c; `last` follows them with the epilogue.
INLINE void multiply_tile(
    const inpaintd_product *p, const float *a, const float *b, ptrdiff_t depth, ptrdiff_t m, ptrdiff_t n,
    const int rows, const int vectors, int first, int last) {
    float *c = p->c + m * p->c_stride + n;
    vec sums[PRODUCT_ROWS][2];
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sums[row][v] = first ? splat(0) : load(c + row * p->c_stride + v * LANES);
        }
    }
    for (ptrdiff_t k = 0; k < depth; k++) {
        vec right[2];
        UNROLL for (int v = 0; v < vectors; v++) right[v] = load(b + k * inpaintd_panel_columns + v * LANES);
        UNROLL for (int row = 0; row < rows; row++) {
            const vec left = splat(a[row * p->a_stride + k]);
            UNROLL for (int v = 0; v < vectors; v++) sums[row][v] += left * right[v];
        }
    }
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            vec x = sums[row][v];
            if (last) {
                if (p->bias) x += load(p->bias + n + v * LANES);
                if (p->slope != 1) x = leaky(x, p->slope);
                if (p->residual) x += load(p->residual + (m + row) * p->residual_stride + n + v * LANES);
            }
            store(c + row * p->c_stride + v * LANES, x);
        }
    }
}

/// The tile with its number of rows known to the compiler, which keeps its sums in registers.
INLINE void multiply_rows(
    const inpaintd_product *p, const float *a, const float *b, ptrdiff_t depth, ptrdiff_t m, ptrdiff_t n, ptrdiff_t rows,
    const int vectors, int first, int last) {
#define ROWS(count) \
    case count: multiply_tile(p, a, b, depth, m, n, count, vectors, first, last); break;
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6)
#if PRODUCT_ROWS > 6
        ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
#endif
    }
#undef ROWS
}

static void multiply(const inpaintd_product *p) {
    for (ptrdiff_t k = 0; k == 0 || k < p->depth; k += slice_depth) {
        const ptrdiff_t depth = p->depth - k < slice_depth ? p->depth - k : slice_depth;
        const int first = k == 0;
        const int last = k + depth == p->depth;
        for (ptrdiff_t n = 0; n < p->columns; n += tile_columns) {
            const ptrdiff_t panel = n / inpaintd_panel_columns * inpaintd_panel_columns;
            const float *b = p->b + panel * p->depth + k * inpaintd_panel_columns + (n - panel);
            for (ptrdiff_t m = 0; m < p->rows; m += PRODUCT_ROWS) {
                const ptrdiff_t rows = p->rows - m < PRODUCT_ROWS ? p->rows - m : PRODUCT_ROWS;
                const float *a = p->a + m * p->a_stride + k;
                if (p->columns - n >= tile_columns) {
                    multiply_rows(p, a, b, depth, m, n, rows, 2, first, last);
                } else {
                    multiply_rows(p, a, b, depth, m, n, rows, 1, first, last);
                }
            }
        }
    }
}
